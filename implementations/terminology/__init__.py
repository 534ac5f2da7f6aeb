"""Terms: whether a name that a document prints is the name of the thing.

Source: siggraph-ml-9, slide "Summary". An initialism takes the first letter of each word of its full name, a hyphen
separating words: "long short-term memory" is L, S, T, M.
"""

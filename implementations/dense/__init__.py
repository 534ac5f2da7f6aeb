r"""Dense (fully connected) layers: every unit sees every input.

Source: columbia-deep-learning, slides "INFORMATION BOTTLENECKS IN NEURAL NETWORKS" and "CRITICAL IDEA: LOCAL STATISTICS";
dropout from "CATALYST 4: SOFTWARE" and "RECURRENT NEURAL NETWORKS: WHERE NEXT".

    h = x W + b        x (n, inputs), W (inputs, units), b (units,), h (n, units)
    |theta| = inputs * units + units

An image of height x width pixels is flattened row by row, so pixel (row, column), both from 0, is input number

    1 + row * width + column                     counted from 1, as the slide does

and its neighbours below and above lie a whole width away: the matrix W does not know that they are neighbours.

Dropout keeps each output with probability keep = 1 - rate and divides what it keeps by keep, so the mean stays. Two
interfaces exist: the one names what is kept, the other what is dropped.
"""

r"""The energy and the carbon of a training run.

Source: cpen400d-generative-rl, slide "NEURIPS 2019 Most Popular Tutorial", whose table is that of Strubell, Ganesh and
McCallum, "Energy and Policy Considerations for Deep Learning in NLP", ACL 2019. Their equation is

    energy [kWh] = PUE * hours * watts / 1000            PUE = 1.58, the overhead of an average data centre in 2018
    CO2e [lb]    = 0.954 * energy                        0.954 lb of CO2 equivalent a kWh, the average US grid in 2018

and for the transformer with architecture search: 274,120 hours on eight P100 that draw 1,515.43 W in all. The other lines of
the table are published in metric tonnes; one tonne is 1000 / 0.45359237 = 2204.62 pounds.
"""

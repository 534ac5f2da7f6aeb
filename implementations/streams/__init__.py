"""Random streams for replicates: entry i of every array depends on ``seeds[i]`` and on nothing else.

An experiment here runs all of its seeds as one batch axis. A single generator for the batch would give seed 7 other
numbers in other company; one generator object a seed would bring back the loop over seeds that the batch axis removes.
So the numbers come from a *counter-based* generator: a hash of (seed, stream, step, index), computed for the whole
array at once. Nothing is stored, nothing advances; any order or grouping of the seeds gives the same values.

The hash is the output function of SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators",
2014), a bijection ``mix`` of 64-bit words, applied at three levels with the golden-ratio increment G:

    key    = mix(mix(seed + G) + G (stream + 1))
    state  = mix(key + G (step + 1))
    word_j = mix(state + G (j + 1)),    j = 0, 1, ... the flat index inside one replicate

For a fixed state, word_0, word_1, ... is the sequence of a SplitMix64 generator, which passes BigCrush.

==============  =======================================================================================
``words``       64 random bits each, the raw material
``uniform``     float64 in [0, 1), 53 bits
``integers``    int64 in [0, high); the bias is below high / 2**53
``normal``      float64 standard normal (the quantile of a uniform), |z| < 8.21
``permutation`` a uniformly random order of 0 .. n-1 for each replicate
==============  =======================================================================================

Use: ``step`` is the time of the experiment, ``stream`` separates purposes (the arms from the rewards, the data from
the order in which they are seen). A call costs some ten array operations whatever its size, so a long loop draws a
block of many steps at once: ``uniform(seeds, block, (1000,))``.

Speed, measured on one core for 1000 seeds (``benchmarks/bench_optimizers.py``): one number a seed comes 29 times as fast
as from a NumPy generator kept for each seed, and 240 times as fast as from one made anew. In blocks of 1000 numbers a
seed the kept generators are ahead, by 1.3 for uniform and 1.5 for normal numbers; new ones are behind or equal.
"""

r"""Networks as tables: one list of rows, from which come shapes, counts, and models in NumPy, PyTorch and Keras.

Source: columbia-deep-learning, from "CONVOLUTIONAL NEURAL NETWORK" to "RESNET" and "MNIST -> SVHN"; cpen400d-generative-rl, "Deep
Q-Networks (DQN)". Builds on the topics layers, activations, losses and dense; random numbers are those of streams.

`table` says what a row is and how its parameters are named; one module a theme has the tables (`small`, `lenet`, `alexnet`,
`inception`, `resnet`, `unet`, `dqn`), `catalogue` lists them. For one image, with f filters of k_h x k_w over c input maps in g groups,

    shape             (h, w, c)  ->  (h', w', f),      h' = floor((h - k_h + pads) / stride) + 1, or ceil(h / stride) for SAME
    parameters        k_h k_w (c / g) f   and f biases
    multiply-adds     h' w' k_h k_w (c / g) f

and of a dense layer inputs * units, and units biases (`counting`). A network is the composition of its rows; backwards each row turns
dL/dy into dL/dx and the gradients of its own parameters, last row first:

    sequence     dL/dx = J_1^T J_2^T ... J_n^T dL/dy
    concat       y = (b_1(x), ..., b_m(x)) by channels        dL/dx = sum_i J_i^T (dL/dy)_i
    residual     y = body(x) + shortcut(x)                    dL/dx = (J_body + J_shortcut)^T dL/dy
    head         y = x, and an output h(x) at the side        dL/dx = dL/dy + J_h^T dL/dh

`networks_numpy` does this in NumPy, `networks_torch` and `networks_tensorflow` build the frameworks' modules; all take the same
weights, keyed by ``row/parameter`` (`weights`), and give the same outputs and gradients.
"""

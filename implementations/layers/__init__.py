r"""Layers of networks on images: what each computes, and what its gradients are.

Source: columbia-deep-learning, "CONVOLUTIONAL NEURAL NETWORKS I" from the slide "CONVOLUTIONAL LAYER" to "RESNET";
transposed convolution from uts-rl-gans, slide "GAN: HOW DO YOU 'MAKE' AN IMAGE?"; what a slide only names is defined by
the paper it cites.

Images are x (batch, height, width, channels), kernels W (height, width, in, out), as in the slides' TensorFlow code. dy is
dL/dy, the gradient of the loss by a layer's output; backward takes it first, then what it needs of the layer's inputs, and
gives dL/d of each input. float32 stays float32, float64 stays float64. n counts images, (r, s) pixels, k maps; windows have
size M_filter, stride S and M = M_pad zeros before the first pixel.

    windows           M_output = (M_input - M_filter + 2 M_pad) / M_stride + 1, or its floor
                      M_pad = (M_filter - 1) / 2 keeps the size at stride 1        SAME: M_output = ceil(M_input / M_stride)

    convolution       y[n,r,s,k] = b[k] + sum_{i,j,c} x[n, rS + i - M, sS + j - M, c] W[i,j,c,k]
                      (a cross-correlation: W is not turned round; x is zero outside the image)
                      dW[i,j,c,k] = sum_{n,r,s} x[n, rS + i - M, sS + j - M, c] dy[n,r,s,k]        db = sum_{n,r,s} dy
                      dx[n,p,q,c] = sum of dy[n,r,s,k] W[i,j,c,k] over all r, s, i, j, k with rS + i - M = p, sS + j - M = q
      in groups       the maps are cut into g parts: output part h sees input part h alone; W (height, width, in / g, out)
      depthwise       g = in = out: each map has a filter of its own; then a 1 x 1 convolution mixes the maps ("separable")
    transposed        x = A' y, where y = A x is the convolution: the dx above as a layer; <A x, y> = <x, A' y>

    max pooling       y = max of the window                          dx: dy to the window's first maximum, row by row
    average pooling   y = mean of the window's pixels (no padding)   dx: dy in equal parts
    subsampling       y = gain * (sum of the window) + bias          LeNet-5's, both trained, one a map
    upsampling        each pixel factor x factor times               dx: the sum over its copies
    crop, padding of maps                                            each is the other's transpose

    local response    y_k = x_k / (kappa + alpha sum_{|l - k| <= size // 2} x_l^2)^beta
    batch norm        y = gamma (x - mu) / sqrt(v + epsilon) + beta; in training mu, v are mean and biased variance over all
                      axes but the last, in inference kept numbers
    dropout           y = x / (1 - rate) with probability 1 - rate, else 0; a path: one draw an image for all of it

    dense             y = x W + b                                    dx = dy W^T, dW = x^T dy, db = sum dy
    radial basis      y_i = ||x - c_i||^2                            dx = 2 sum_i dy_i (x - c_i)
    softmax           p_i = e^{x_i} / sum_k e^{x_k}                  dx = p (dy - sum_k p_k dy_k)

A convolution is a dense layer on the flattened image whose matrix is mostly zeros, with each number in many places ("tied").
Concatenation and residual sums are no layers but ways of putting rows together: they are in the topic ``networks``.

    windows              where windows stand, how many there are, the zeros around the edge
    convolution_numpy    the convolution, as loops and as matrix products, and its gradients
    transposed_numpy     the transposed convolution
    pooling_numpy        max and average pooling, LeNet's subsampling
    resizing_numpy       upsampling, cropping, padding of maps
    normalisation_numpy  local response and batch normalisation
    dropout_numpy        dropout of values and of paths
    dense_layers_numpy   the dense layer's gradients, radial basis units, scaled tanh, softmax's gradient
    experiments*         what the documents claim of layers, measured
    concordance*         whether torch, Keras and TensorFlow compute what the slides print

Builds on the topics ``activations``, ``losses``, ``dense`` and ``streams``.
"""

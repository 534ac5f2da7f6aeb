r"""Transfer learning: a network trained for one task serves another, for which there are few labels.

Source: columbia-deep-learning, slide "INTERLUDE: RETRAINING / TRANSFER LEARNING" (networks seem to learn useful concepts; exploit a
large trained one for a problem of your own); siggraph-ml-9, slide "Summary". The slides print no number; the experiment is the usual
one on digits: learn 0 to 4 from many images, then 5 to 9 from n of each. Builds on networks, training and datasets.

A network is a body and a head: features phi(x; theta), then one dense layer,

    z = phi(x; theta) W + b        phi (n, units), W (units, K), z (n, K)

theta_0 are the body's weights before training, theta_s after training on the source task. On n labels a class of the target task:

    transferred    theta = theta_s is kept; W, b are trained           phi learned something of use
    random         theta = theta_0 is kept; W, b are trained           as many features, of the same form, that learned nothing
    scratch        theta, W, b are trained from theta_0                the target task alone
    retrained      theta, W, b are trained from theta_s                "fine-tuning"

A kept body's features are standardised by their means and deviations over the *source* images, so that the step size suits all bodies
alike; a feature that never varies there becomes 0. All arms use the same rule on the same labelled images; a head alone takes more
steps than a whole network, because it needs them to fit those images and they cost little.

==================  ======================================================================
``retraining``      the arms, whatever the backend, on images that somebody else has loaded
``backend_numpy``   train a table, and what it puts out; ``backend_torch`` the same in PyTorch
``bodies``          the two bodies
``runs``            one recorded run on drawn digits; ``runs_mnist`` on MNIST
``drawn``           two arms on drawn digits, measured afresh
``experiments``     what is claimed of it
``figures``         accuracy against the number of labels
==================  ======================================================================
"""

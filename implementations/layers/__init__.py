r"""Layers of networks on images.

Builds on the topics ``activations``, ``losses``, ``dense`` and ``streams``.
"""

"""The small package behind the course: one module per idea, named after the idea.

NumPy alone: ``data``, ``baselines``, ``masks``, ``network``, ``sampling``.
NumPy in, NumPy out (Keras tensors in, Keras tensors out): ``likelihood``.
Keras: ``autoencoder``, ``made``, ``training``. What a reader sees: ``plots``, ``widgets``.
What a reader proves: ``checks``, ``exercises``. What a lesson needs of a machine: ``course``.
Importing ``helpers`` imports none of them.
"""

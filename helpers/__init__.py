"""The small package behind the course: one room per idea, named after the idea.

The core, which a practitioner reads:

* in NumPy: `masks` (orderings, degrees, masks), `network` (a trained MADE as plain arrays),
  `sampling` (drawing from one), `checks` (proofs that a model is autoregressive and a density),
  `data` (the digits), `likelihood` (losses in nats; of Keras tensors too);
* in Keras: `made` (the model), `training` (its training loop).

What the core and the lessons lean on: `course` (what a lesson needs of a machine), `baselines`,
`autoencoder` (the models of lessons 1 and 2), `fresh` (orderings drawn anew for every
batch), `outputs` (what a dimension is: two values, k, a real number), `layers` (the masked layer
and the loss in Keras), `protocol` (what counts as a model), `average` (several models as one),
`ising` (a magnet, and training without data), `counting` (the rows of a table that match a query),
`tables` and `flights` (CSV files; the bundled table), `reference` (the shipped models and their
cards), `packed` (the file that a model is kept in), `batches`, `progress`, `runs` and `identity`
(parts of training: its data, its line, its state on disk, what makes two runs the same), `pixels`
(grey to binary, shifts, noise), `places` (where data sets lie), `devices` (several devices and
processes), `arguments` (what an argument must be), `files` (written whole or not at all).

Stage props, which only the lessons need: `plots` (figures), `widgets` (explorers), `exercises`
(checkers of what a reader wrote). No core room imports one. Importing ``helpers`` imports nothing.
"""

import sys

if hasattr(sys.stdout, "reconfigure"):  # an old code page shows ? for the ✓ that it lacks
    sys.stdout.reconfigure(errors="replace")

"""What a MADE in Keras is made of: the masked layer, and the loss in nats.

In `keras.ops` alone, as `made` is. A layer is given the degrees of its inputs and outputs with each
call and compares them: nothing has to be stored or remembered about masks.
"""

import keras
import numpy as np
from keras import ops

from helpers import devices
from helpers.likelihood import bernoulli_nll
from helpers.outputs import Outputs

register = keras.saving.register_keras_serializable(package="made")


@register
def nll(x, logits):
    """Return −log p(x) of binary data in nats, ``(batch,)``: the loss of lessons 1 to 5."""
    return bernoulli_nll(ops.cast(x, logits.dtype), logits)


@register
class Score:
    """The loss that a `MADE` is trained with: −log p(x | condition) in nats, ``(batch,)``.

    Args:
        outputs: `Outputs`, or its config.
        n_inputs, n_conditions: D and c; rows of data are ``(batch, c + D)``.
    """

    def __init__(self, outputs, n_inputs, n_conditions=0):
        self.outputs = outputs if isinstance(outputs, Outputs) else Outputs(outputs, n_inputs)
        self.n_conditions, self.__name__ = n_conditions, "nll"

    def __call__(self, rows, params):
        """Return the NLL of the examples in `rows`, given what the model puts out for them."""
        return ops.sum(self.outputs.nll(rows[:, self.n_conditions :], params), axis=-1)

    @classmethod
    def from_config(cls, config):
        """Return the loss that `get_config` describes."""
        return cls(**config)

    def get_config(self):
        """Return the constructor's arguments."""
        n_inputs = self.outputs.n_inputs
        return {
            "outputs": self.outputs.config,
            "n_inputs": n_inputs,
            "n_conditions": self.n_conditions,
        }


@register
class MaskedDense(keras.layers.Dense):
    """A dense layer that connects two units only if their degrees allow it.

    Args:
        units: number of outputs.
        strict: False for hidden layers (``degree_out >= degree_in``), True for the output and for
            direct connections (``degree_out > degree_in``).
        **options: as in `keras.layers.Dense`: activation, use_bias, initializers.

    Call arguments:
        inputs: ``(batch, in)``.
        degrees_in: integers ``(in,)``.
        degrees_out: integers ``(units,)``.

    Output shape: ``(batch, units)``.

    Example:

    >>> layer = MaskedDense(2, strict=True, kernel_initializer="ones")
    >>> layer(np.array([[1.0, 10.0]]), np.array([1, 2]), np.array([1, 2])).numpy()
    array([[0., 1.]], dtype=float32)
    """

    def __init__(self, units, strict=False, **options):
        super().__init__(units, **options)
        self.strict = strict

    def build(self, inputs_shape, degrees_in_shape=None, degrees_out_shape=None):
        """Create the kernel ``(in, units)`` and the bias ``(units,)``."""
        super().build(inputs_shape)

    def call(self, inputs, degrees_in, degrees_out):
        """Return ``activation(inputs @ (kernel * mask) + bias)``."""
        compare = ops.greater if self.strict else ops.greater_equal
        mask = compare(degrees_out[None, :], degrees_in[:, None])
        outputs = ops.matmul(inputs, self.kernel * ops.cast(mask, self.kernel.dtype))
        return self.activation(outputs + self.bias if self.use_bias else outputs)

    def compute_output_shape(self, inputs_shape, degrees_in_shape=None, degrees_out_shape=None):
        """Return ``(batch, units)``."""
        return super().compute_output_shape(inputs_shape)

    def get_config(self):
        """Return the constructor's arguments."""
        return {**super().get_config(), "strict": self.strict}


def as_numpy(value) -> np.ndarray:
    """Return a tensor in NumPy, floats of 16 bits as float32: sums are taken of them."""
    whole = devices.gathered(ops.convert_to_tensor(value))
    array = np.asarray(ops.convert_to_numpy(whole))
    return array.astype("float32") if array.dtype.kind in "fV" and array.itemsize < 4 else array


def weights_of(model) -> list[np.ndarray]:
    """All weights of a model in NumPy, whole, though processes may hold parts of them."""
    return [as_numpy(weight) for weight in model.weights]

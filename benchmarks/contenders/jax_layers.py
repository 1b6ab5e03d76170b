"""The layers of a task in JAX. Maps are [batch, height, width, channels], the order that XLA needs on a CPU."""

from functools import partial

import jax
import jax.numpy as jnp
from jax import lax

activations = {"sigmoid": jax.nn.sigmoid, "relu": jax.nn.relu, "tanh": jnp.tanh, "linear": lambda x: x}


def dense(x, layer, kernel, bias):
    return x @ kernel + bias


def flatten(x, layer):
    return x.reshape(x.shape[0], -1)


plain = {"dense": dense, "flatten": flatten, "activation": lambda x, layer: x}

# Max pooling: the gradient of reduce_window searches the windows again; that of maxima of slices keeps what it needs.


def reduce_window(x, layer):
    window, strides = (1, *layer["window"], 1), (1, *layer["strides"], 1)
    return lax.reduce_window(x, -jnp.inf, lax.max, window, strides, "VALID")


def slices(x, layer):
    """Along the rows, then along the columns."""
    for axis in (1, 2):
        size, stride = layer["window"][axis - 1], layer["strides"][axis - 1]
        end = (layer["output"][axis - 1] - 1) * stride + 1
        parts = [lax.slice_in_dim(x, i, i + end, stride, axis) for i in range(size)]
        while len(parts) > 1:
            parts = [jnp.maximum(*parts[:2]), *parts[2:]]
        [x] = parts
    return x


pools = {"reduce_window": reduce_window, "slices": slices}

# Factorized dense layers: columns of x U times the columns of V.


def columns_of(x, layer, atoms):
    """x U, [batch, columns, rank]"""
    xu = x if layer["prepared"] else x @ atoms
    return xu.reshape(x.shape[0], layer["columns"], layer["rank"])


def matmul(x, layer, atoms, v, b):
    y = jnp.matmul(columns_of(x, layer, atoms).transpose(1, 0, 2), v)
    return y.transpose(1, 0, 2).reshape(x.shape[0], -1) + b


def einsum(x, layer, atoms, v, b):
    return jnp.einsum("bjr,jrw->bjw", columns_of(x, layer, atoms), v).reshape(x.shape[0], -1) + b


products = {"matmul": matmul, "einsum": einsum}

# Convolutions. U is [height · width, (column, atom)], V [columns, (atom, channel), filters / columns].


def slide(x, layer, kernel, groups=1):
    return lax.conv_general_dilated(
        x,
        kernel,
        layer["strides"],
        layer["pads"],
        dimension_numbers=("NHWC", "HWIO", "NHWC"),
        feature_group_count=groups,
    )


def convolution(x, layer, kernel, bias=0.0):
    return slide(x, layer, kernel) + bias


def weights_first(x, layer, u, v, b=0.0):
    """W = U V, then one convolution."""
    columns, rank = layer["columns"], layer["rank"]
    w = jnp.einsum("pja,jacf->pcjf", u.reshape(-1, columns, rank), v.reshape(columns, rank, x.shape[-1], -1))
    return slide(x, layer, w.reshape(*layer["window"], x.shape[-1], -1)) + b


def depthwise(x, layer, u, v, b=0.0):
    """The atoms slide over each channel as a separate group; V mixes their maps, ordered (channel, column, atom)."""
    channels = x.shape[-1]
    return mixed(slide(x, layer, jnp.tile(u.reshape(*layer["window"], 1, -1), channels), channels), layer, v, b)


def batched(x, layer, u, v, b=0.0):
    """The atoms slide over each channel as a separate image."""
    batch, height, width, channels = x.shape
    images = x.transpose(0, 3, 1, 2).reshape(batch * channels, height, width, 1)
    maps = slide(images, layer, u.reshape(*layer["window"], 1, -1))
    return mixed(jnp.moveaxis(maps.reshape(batch, channels, *maps.shape[1:]), 1, 3), layer, v, b)


def mixed(maps, layer, v, b):
    """Maps [batch, height, width, …] times V, column by column."""
    columns, rank = layer["columns"], layer["rank"]
    batch, height, width = maps.shape[:3]
    maps = maps.reshape(batch, height, width, -1, columns, rank)
    y = jnp.einsum("nhwcja,jacf->nhwjf", maps, v.reshape(columns, rank, maps.shape[3], -1))
    return y.reshape(batch, height, width, -1) + b


convolutions = {"W = UV": weights_first, "depthwise": depthwise, "batched": batched}

# LSTMs: the inputs' products of all steps at once, then step by step.


def lstm(x, layer, kernel, recurrent, bias, unroll):
    def step(state, gate):
        h, c = state
        i, f, g, o = jnp.split(gate + h @ recurrent, 4, axis=1)
        c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
        return (jax.nn.sigmoid(o) * jnp.tanh(c), c), None

    zeros = jnp.zeros((x.shape[0], layer["units"]))
    (last, _), _ = lax.scan(step, (zeros, zeros), x.swapaxes(0, 1) @ kernel + bias, unroll=unroll)
    return last


recurrences = {"scan": partial(lstm, unroll=1), "unrolled": partial(lstm, unroll=True)}

"""The layers of a task in PyTorch. Maps are [batch, channels, height, width], in either memory format."""

from contextlib import nullcontext
from functools import partial

import torch
import torch.nn.functional as F
from protocol import ways_of

activations = {
    "sigmoid": torch.sigmoid,
    "relu": torch.relu,
    "relu6": F.relu6,
    "tanh": torch.tanh,
    "linear": lambda x: x,
}


def dense(x, layer, kernel, bias):
    return torch.addmm(bias, x, kernel)


def max_pool(x, layer):
    return F.max_pool2d(x, layer["window"], layer["strides"])


def flatten(x, layer):
    """Map flattened in the order row, column, channel: free in channels_last, otherwise a copy of a small map."""
    return x.permute(0, 2, 3, 1).flatten(1)


def batch_normalization(x, layer, scale, offset, mean, variance):
    """PyTorch's momentum is the share of the new batch."""
    momentum, epsilon = 1 - layer["momentum"], layer["epsilon"]
    return F.batch_norm(x, mean, variance, scale, offset, training=True, momentum=momentum, eps=epsilon)


def sampling(x, layer):
    """Every pixel that a stride reaches: a view."""
    down, across = layer["strides"]
    return x[:, :, ::down, ::across]


def more_channels(x, layer):
    return F.pad(x, (0, 0, 0, 0, 0, layer["more"]))


plain = {
    "dense": dense,
    "max-pool": max_pool,
    "flatten": flatten,
    "activation": lambda x, layer: x,
    "batch-normalization": batch_normalization,
    "sampling": sampling,
    "more-channels": more_channels,
    "average": lambda x, layer: x.mean((2, 3)),
    "sum": lambda x, y, layer: x + y,
}

# Factorized dense layers: columns of x U, [batch, columns · rank], times the columns of V.


def columns_of(x, layer, atoms):
    """x U, [columns, batch, rank]: the columns' parts, without a copy."""
    xu = x if layer["prepared"] else x @ atoms
    return xu.view(x.shape[0], layer["columns"], layer["rank"]).transpose(0, 1)


def bmm(x, layer, atoms, v, b):
    return torch.bmm(columns_of(x, layer, atoms), v).transpose(0, 1).reshape(x.shape[0], -1) + b


def baddbmm(x, layer, atoms, v, b):
    y = torch.baddbmm(b.view(layer["columns"], 1, -1), columns_of(x, layer, atoms), v)
    return y.transpose(0, 1).reshape(x.shape[0], -1)


def einsum(x, layer, atoms, v, b):
    return torch.einsum("jbr,jrw->bjw", columns_of(x, layer, atoms), v).reshape(x.shape[0], -1) + b


products = {"bmm": bmm, "baddbmm": baddbmm, "einsum": einsum}

# Convolutions. Kernels are [filters, channels, height, width], V is [columns, filters / columns, channels, rank] and U
# [columns, rank, height · width].


def stored(layer, name, numbers, layout):
    """Layer's array in the order that the functions here need, from the task's numbers, which are in TensorFlow's order."""
    numbers = torch.from_numpy(numbers)
    match layer["kind"], name.rpartition(".")[2]:
        case "convolution", "kernel":
            return numbers.permute(3, 2, 0, 1).clone(memory_format=layouts[layout])
        case "depthwise", "kernel":
            return numbers.permute(2, 3, 0, 1).clone(memory_format=layouts[layout])
        case "factorized-depthwise", "coefficients":  # [1, atom, channel]
            return numbers.squeeze(0).T.contiguous()
        case "factorized-depthwise", "atoms":  # [height · width, atom]
            return numbers.T.contiguous()
        case "factorized-convolution", "coefficients":  # [columns, (atom, channel), filters / columns]
            return numbers.unflatten(1, (layer["rank"], -1)).permute(0, 3, 2, 1).contiguous()
        case "factorized-convolution", "atoms":  # [height · width, (column, atom)]
            return numbers.unflatten(1, (layer["columns"], -1)).permute(1, 2, 0).contiguous()
        case "lstm", "kernel" | "recurrent":
            return numbers.T.contiguous()
        case _:
            return numbers


layouts = {"contiguous": torch.contiguous_format, "channels_last": torch.channels_last}


def convolution(x, layer, kernel, bias=None, groups=1):
    (above, below), (left, right) = layer["pads"]
    if above == below and left == right:
        return F.conv2d(x, kernel, bias, layer["strides"], (above, left), groups=groups)
    return F.conv2d(F.pad(x, (left, right, above, below)), kernel, bias, layer["strides"], groups=groups)


def of_channels(x, layer, kernel, bias=None):
    return convolution(x, layer, kernel, bias, groups=x.shape[1])


def factorized_of_channels(x, layer, u, v, b=None):
    """W = U V, small, then a convolution of each channel with its own filter."""
    return of_channels(x, layer, (v @ u).view(-1, 1, *layer["window"]), b)


windows = {"convolution": convolution, "depthwise": of_channels, "factorized-depthwise": factorized_of_channels}


def weights_first(x, layer, u, v, b=None):
    """W = U V, then one convolution."""
    columns, width, channels, rank = v.shape
    size = (-1, channels, *layer["window"])
    return convolution(x, layer, (v.flatten(1, 2) @ u).view(size), b)


def weights_first_channels_last(x, layer, u, v, b=None):
    columns, width, channels, rank = v.shape
    w = u.transpose(1, 2).unsqueeze(1) @ v.transpose(2, 3)
    return convolution(x, layer, w.view(-1, *layer["window"], channels).permute(0, 3, 1, 2), b)


def depthwise(x, layer, u, v, b=None):
    """The atoms slide over each channel as a separate group; V mixes their maps."""
    channels = x.shape[1]
    atoms = u.view(-1, 1, *layer["window"]).repeat(channels, 1, 1, 1)
    return mixed(convolution(x, layer, atoms, groups=channels), v, b)


def batched(x, layer, u, v, b=None):
    """The atoms slide over each channel as a separate image."""
    batch, channels, height, width = x.shape
    maps = convolution(x.reshape(batch * channels, 1, height, width), layer, u.view(-1, 1, *layer["window"]))
    return mixed(maps.reshape(batch, -1, *maps.shape[2:]), v, b)


def mixed(maps, v, b):
    """Maps [batch, (channel, column, atom), …] times V, column by column, as a 1×1 convolution."""
    columns, width, channels, rank = v.shape
    if columns > 1:
        maps = maps.unflatten(1, (channels, columns, rank)).transpose(1, 2).flatten(1, 3)
    return F.conv2d(maps, v.view(columns * width, channels * rank, 1, 1), b, groups=columns)


convolutions = {
    "contiguous": {"W = UV": weights_first, "depthwise": depthwise, "batched": batched},
    "channels_last": {"W = UV": weights_first_channels_last, "depthwise": depthwise},
}


# LSTMs. Kernels are [4 · units, inputs] and [4 · units, units], and x is [batch, steps, inputs] or [steps, batch, inputs].


def built_in(x, layer, kernel, recurrent, bias, batch_first, onednn):
    """The function that nn.LSTM calls. Its second bias is zeros that are not trained; two trained ones would learn twice as
    fast as one."""
    state = x.new_zeros(1, x.shape[0 if batch_first else 1], layer["units"])
    weights = [kernel, recurrent, bias, torch.zeros_like(bias)]
    with nullcontext() if onednn else torch.backends.mkldnn.flags(enabled=False):
        _, last, _ = torch.lstm(x, (state, state), weights, True, 1, 0.0, True, False, batch_first)
    return last[0]


def loop(x, layer, kernel, recurrent, bias, batch_first):
    """The inputs' products of all steps at once, then step by step."""
    gates = F.linear(x, kernel, bias).unbind(1 if batch_first else 0)
    h = c = x.new_zeros(gates[0].shape[0], layer["units"])
    for gate in gates:
        i, f, g, o = torch.addmm(gate, h, recurrent.T).chunk(4, 1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        h = torch.sigmoid(o) * torch.tanh(c)
    return h


recurrences = {
    layout: {
        "nn.LSTM by oneDNN": partial(built_in, batch_first=first, onednn=True),
        "nn.LSTM": partial(built_in, batch_first=first, onednn=False),
        "loop": partial(loop, batch_first=first),
    }
    for layout, first in {"batch first": True, "steps first": False}.items()
}


def formulations_of(task, without=()):
    """All formulations of a task, by name: the layout of its maps or sequences, or None, and a function for each kind of layer
    that has several."""
    combined = {}
    maps = layouts if task.has("convolution", "factorized-convolution") else [None]
    for layout in recurrences if task.has("lstm") else maps:
        choices = {"layout": {layout: layout}} if layout else {}
        if task.has("factorized-convolution"):
            choices["factorized-convolution"] = convolutions[layout]
        if task.has("factorized"):
            choices["factorized"] = but(products, without)
        if task.has("lstm"):
            choices["lstm"] = but(recurrences[layout], without)
        combined |= ways_of(choices or {"layout": {"addmm": None}})
    return combined


def but(functions, without):
    return {name: function for name, function in functions.items() if name not in without}

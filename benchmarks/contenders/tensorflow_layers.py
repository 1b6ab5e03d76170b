"""The layers of a task in TensorFlow. Maps are [batch, height, width, channels], the order that TensorFlow needs on a CPU."""

import tensorflow as tf

activations = {"sigmoid": tf.sigmoid, "relu": tf.nn.relu, "tanh": tf.tanh, "linear": tf.identity}


def dense(x, layer, kernel, bias):
    return tf.matmul(x, kernel) + bias


def max_pool(x, layer):
    return tf.nn.max_pool2d(x, layer["window"], layer["strides"], "VALID")


def flatten(x, layer):
    return tf.reshape(x, [x.shape[0], -1])


plain = {"dense": dense, "max-pool": max_pool, "flatten": flatten, "activation": lambda x, layer: x}

# Factorized dense layers: columns of x U times the columns of V.


def columns_of(x, layer, atoms):
    """x U, [batch, columns, rank]"""
    xu = x if layer["prepared"] else x @ atoms
    return tf.reshape(xu, [x.shape[0], layer["columns"], layer["rank"]])


def matmul(x, layer, atoms, v, b):
    y = tf.matmul(tf.transpose(columns_of(x, layer, atoms), [1, 0, 2]), v)
    return tf.reshape(tf.transpose(y, [1, 0, 2]), [x.shape[0], -1]) + b


def einsum(x, layer, atoms, v, b):
    return tf.reshape(tf.einsum("bjr,jrw->bjw", columns_of(x, layer, atoms), v), [x.shape[0], -1]) + b


products = {"matmul": matmul, "einsum": einsum}

# Convolutions. U is [height · width, (column, atom)], V [columns, (atom, channel), filters / columns].


def slide(x, layer, kernel):
    return tf.nn.conv2d(x, kernel, layer["strides"], layer["padding"].upper())


def biased(y, bias):
    return y if bias is None else tf.nn.bias_add(y, bias)


def convolution(x, layer, kernel, bias=None):
    return biased(slide(x, layer, kernel), bias)


def weights_first(x, layer, u, v, b=None):
    """W = U V, then one convolution."""
    columns, rank = layer["columns"], layer["rank"]
    u = tf.reshape(u, [-1, columns, rank])
    w = tf.einsum("pja,jacf->pcjf", u, tf.reshape(v, [columns, rank, x.shape[-1], -1]))
    return convolution(x, layer, tf.reshape(w, [*layer["window"], x.shape[-1], layer["filters"]]), b)


def depthwise(x, layer, u, v, b=None):
    """The atoms slide over each channel separately; V mixes their maps, ordered (channel, column, atom)."""
    atoms = tf.tile(tf.reshape(u, [*layer["window"], 1, -1]), [1, 1, x.shape[-1], 1])
    maps = tf.nn.depthwise_conv2d(x, atoms, [1, *layer["strides"], 1], layer["padding"].upper())
    return mixed(maps, layer, v, b)


def batched(x, layer, u, v, b=None):
    """The atoms slide over each channel as a separate image."""
    batch, height, width, channels = x.shape
    images = tf.reshape(tf.transpose(x, [0, 3, 1, 2]), [batch * channels, height, width, 1])
    maps = slide(images, layer, tf.reshape(u, [*layer["window"], 1, -1]))
    return mixed(tf.transpose(tf.reshape(maps, [batch, channels, *maps.shape[1:]]), [0, 2, 3, 1, 4]), layer, v, b)


def mixed(maps, layer, v, b):
    """Maps [batch, height, width, …] times V, column by column."""
    columns, rank = layer["columns"], layer["rank"]
    channels = layer["input"][-1]
    places = [*maps.shape[:3]]
    maps = tf.reshape(maps, [-1, channels, columns, rank])
    y = tf.einsum("pcja,jacf->pjf", maps, tf.reshape(v, [columns, rank, channels, -1]))
    return biased(tf.reshape(y, [*places, layer["filters"]]), b)


convolutions = {"W = UV": weights_first, "depthwise": depthwise, "batched": batched}

# LSTMs.


def block(x, layer, kernel, recurrent, bias):
    """All steps in one operation, which XLA lacks. It has the candidate before the forget gate. (BlockLSTMV2 has them in our
    order, but TensorFlow 2.21 computes its gradient in the other.)"""
    zeros = tf.zeros([x.shape[0], layer["units"]])
    none = tf.zeros([layer["units"]])
    outputs = tf.raw_ops.BlockLSTM(
        seq_len_max=tf.constant(layer["steps"], tf.int64),
        x=tf.transpose(x, [1, 0, 2]),
        cs_prev=zeros,
        h_prev=zeros,
        w=candidate_second(tf.concat([kernel, recurrent], 0)),
        wci=none,
        wcf=none,
        wco=none,
        b=candidate_second(bias),
        forget_bias=0.0,
        cell_clip=-1.0,
    )
    return outputs.h[-1]


def candidate_second(gates):
    i, f, g, o = tf.split(gates, 4, axis=-1)
    return tf.concat([i, g, f, o], -1)


def unrolled(x, layer, kernel, recurrent, bias):
    """The inputs' products of all steps at once, then step by step."""
    gates = tf.reshape(tf.transpose(x, [1, 0, 2]), [-1, layer["inputs"]]) @ kernel + bias
    h = c = tf.zeros([x.shape[0], layer["units"]])
    for gate in tf.split(gates, layer["steps"]):
        i, f, g, o = tf.split(gate + h @ recurrent, 4, axis=1)
        c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(g)
        h = tf.sigmoid(o) * tf.tanh(c)
    return h


recurrences = {"BlockLSTM": block, "unrolled": unrolled}

"""Plausible wrong answers to lesson 3's exercises: each must leave its checker red."""

WRONG = {
    "exercise-3-output-mask": [
        """def output_mask(degrees_hidden, degrees_input):
    return degrees_input[None, :] >= degrees_hidden[:, None]

lesson_3.check_output_mask(output_mask)""",
        """def output_mask(degrees_hidden, degrees_input):
    return degrees_input[:, None] > degrees_hidden[None, :]

lesson_3.check_output_mask(output_mask)""",
        """def output_mask(degrees_hidden, degrees_input):
    return degrees_input[None, :] < degrees_hidden[:, None]

lesson_3.check_output_mask(output_mask)""",
    ],
    "exercise-3-ordering": [
        """def masks_for(ordering, hidden_degrees):
    rank = ordering + 1
    layers = [rank, *hidden_degrees]
    hidden = [b[None, :] >= a[:, None] for a, b in zip(layers, layers[1:])]
    return [*hidden, rank[None, :] > layers[-1][:, None]]

lesson_3.check_masks_for(masks_for)""",
        """def masks_for(ordering, hidden_degrees):
    layers = [np.argsort(ordering), *hidden_degrees]
    hidden = [b[None, :] >= a[:, None] for a, b in zip(layers, layers[1:])]
    return [*hidden, layers[0][None, :] > layers[-1][:, None]]

lesson_3.check_masks_for(masks_for)""",
        """def masks_for(ordering, hidden_degrees):
    rank = np.argsort(ordering) + 1
    layers = [rank, *hidden_degrees, rank]
    return [b[None, :] >= a[:, None] for a, b in zip(layers, layers[1:])]

lesson_3.check_masks_for(masks_for)""",
    ],
    "exercise-3-starved": [
        """def starved(degrees):
    reached = masks.count_paths(masks.make_masks(degrees)) > 0
    return np.flatnonzero(~reached.any(axis=0)).tolist()

lesson_3.check_starved(starved)""",
        """def starved(degrees):
    reached = masks.count_paths(masks.make_masks(degrees)) > 0
    missing = masks.direct_mask(degrees[0]) & ~reached
    return np.flatnonzero(missing.any(axis=1)).tolist()

lesson_3.check_starved(starved)""",
        """def starved(degrees):
    reached = masks.count_paths(masks.make_masks(degrees)) > 0
    missing = masks.direct_mask(degrees[0]) & ~reached
    return (np.flatnonzero(missing.any(axis=0)) + 1).tolist()

lesson_3.check_starved(starved)""",
    ],
    "exercise-3-leak": [
        """def mended_masks(rank, hidden_1, hidden_2):
    mask_1 = hidden_1[None, :] > rank[:, None]
    mask_2 = hidden_2[None, :] > hidden_1[:, None]
    mask_out = rank[None, :] > hidden_2[:, None]
    return [mask_1, mask_2, mask_out]

lesson_3.check_mended_masks(mended_masks)""",
        """def mended_masks(rank, hidden_1, hidden_2):
    mask_1 = hidden_1[None, :] >= rank[:, None]
    mask_2 = hidden_2[None, :] >= hidden_1[:, None]
    mask_out = rank[None, :] >= hidden_2[:, None]
    return [mask_1, mask_2, mask_out]

lesson_3.check_mended_masks(mended_masks)""",
    ],
    "exercise-3-sample": [
        """def sample(net, uniforms):
    x = np.zeros_like(uniforms)
    for d in net.degrees[0] - 1:
        x[:, d] = uniforms[:, d] < 1 / (1 + np.exp(-net.logits(x)[:, d]))
    return x

lesson_3.check_sample(sample)""",
        """def sample(net, uniforms):
    x = np.zeros_like(uniforms)
    for d in range(net.n_inputs):
        x[:, d] = uniforms[:, d] < 1 / (1 + np.exp(-net.logits(x)[:, d]))
    return x

lesson_3.check_sample(sample)""",
        """def sample(net, uniforms):
    x = np.zeros_like(uniforms)
    for d in np.argsort(net.degrees[0]):
        x[:, d] = uniforms[:, d] > 1 / (1 + np.exp(-net.logits(x)[:, d]))
    return x

lesson_3.check_sample(sample)""",
    ],
    "exercise-3-groups": [
        """group_degrees = [np.array([1, 1, 1, 2, 2, 2]), np.array([1, 1, 2, 2])]

group_degrees[0] = np.array([1, 1, 1, 2, 2, 3])
lesson_3.check_groups(group_degrees)""",
        """group_degrees = [np.array([1, 1, 1, 2, 2, 2]), np.array([2, 2, 2, 2])]

lesson_3.check_groups(group_degrees)""",
    ],
}

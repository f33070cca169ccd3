"""Plausible wrong answers to lesson 5's exercises: each must leave its checker red."""

WRONG = {
    "exercise-5-noise": [
        """noise_share = np.exp(-1)

lesson_5.check_noise_share(noise_share)""",
        """noise_share = 0.9

lesson_5.check_noise_share(noise_share)""",
    ],
    "exercise-5-out-of-sight": [
        """def out_of_sight(hidden_degrees, D):
    return D - len(np.unique(hidden_degrees))

lesson_5.check_out_of_sight(out_of_sight)""",
        """def out_of_sight(hidden_degrees, D):
    paths = masks.count_paths(masks.make_masks([np.arange(1, D + 1), hidden_degrees]))
    return int((~(paths > 0).any(axis=0))[1:].sum())

lesson_5.check_out_of_sight(out_of_sight)""",
        """def out_of_sight(hidden_degrees, D):
    return max(0, D - 1 - len(hidden_degrees))

lesson_5.check_out_of_sight(out_of_sight)""",
    ],
    "exercise-5-rank-for-order": [
        """def draw_wrong(net, uniforms):
    x = np.zeros(uniforms.shape)
    for d in net.ordering:
        p = sigmoid(net.logits(x)[:, d])
        x[:, d] = uniforms[:, d] < p
    return x

lesson_5.check_rank_for_order(draw_wrong)""",
        """def draw_wrong(net, uniforms):
    x = np.zeros(uniforms.shape)
    for d in range(net.n_inputs):
        p = sigmoid(net.logits(x)[:, d])
        x[:, d] = uniforms[:, d] < p
    return x

lesson_5.check_rank_for_order(draw_wrong)""",
    ],
    "exercise-5-entropy": [
        """def entropy_along(net, x):
    return -net.log_prob(x)

lesson_5.check_entropies(entropy_along)""",
        """def entropy_along(net, x):
    p = sigmoid(net.logits(x))
    with np.errstate(all="ignore"):
        return -(p * np.log(p) + (1 - p) * np.log(1 - p)).sum(axis=1)

lesson_5.check_entropies(entropy_along)""",
        """def entropy_along(net, x):
    p = sigmoid(net.logits(x))
    with np.errstate(all="ignore"):
        return np.nan_to_num(-(p * np.log(p) + (1 - p) * np.log(1 - p)).sum(axis=1))

lesson_5.check_entropies(entropy_along)""",
        """def entropy_along(net, x):
    logits = net.logits(x)
    p = sigmoid(logits)
    costs = p * np.logaddexp(0, -logits) + (1 - p) * np.logaddexp(0, logits)
    return costs.mean(axis=1)

lesson_5.check_entropies(entropy_along)""",
    ],
    "exercise-5-complete": [
        """def my_complete(net, x, n_known, uniforms):
    out = np.zeros(uniforms.shape)
    out[:, :n_known] = x[:n_known]
    for d in net.ordering[n_known:]:
        p = sigmoid(net.logits(out)[:, d])
        out[:, d] = uniforms[:, d] < p
    return out

lesson_5.check_complete(my_complete)""",
        """def my_complete(net, x, n_known, uniforms):
    out = np.zeros(uniforms.shape)
    for d in net.ordering:
        p = sigmoid(net.logits(out)[:, d])
        out[:, d] = uniforms[:, d] < p
    out[:, net.ordering[:n_known]] = x[net.ordering[:n_known]]
    return out

lesson_5.check_complete(my_complete)""",
    ],
}

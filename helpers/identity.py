"""Is this the same computation? A digest of what a function computes, not of what it is called.

Two functions have the same digest if their code, constants, defaults, closed-over values and the
globals that they read are the same; two objects, if their classes and their states are. Arrays
count by content. Names of functions, addresses in memory and processes play no part. What a
library brings along goes by its name.
"""

import hashlib
import sys
import sysconfig
import types

import numpy as np

LIBRARIES = tuple({sysconfig.get_path(n) for n in ("stdlib", "platstdlib", "purelib", "platlib")})
PLAIN = (bool, int, float, complex, str, bytes, type(None), type(...))
NOT_COMPUTED = ("__repr__", "__str__", "__doc__")


def digest(value) -> str:
    """Return 16 hexadecimal digits that stand for what `value` computes or holds."""
    return _digest(value, {})


def of_model(model) -> str:
    """Return the digest of a Keras model: class, config, shapes and integer tables (degrees).

    Its other weights are left out: a run that goes on has changed them.
    """
    tables = [w for w in model.weights if "int" in str(w.dtype) and len(w.shape)]
    shapes = [(tuple(w.shape), str(w.dtype)) for w in model.weights]
    return digest([type(model), _config(model), shapes, [np.asarray(t) for t in tables]])


def _digest(value, known) -> str:
    """`known` maps ids to values, to keep them alive, and digests, None while under way."""
    if isinstance(value, PLAIN):
        return f"{type(value).__name__} {value!r}"
    if id(value) not in known:
        known[id(value)] = (value, None)
        parts = _parts(value, lambda part: _digest(part, known))
        text = repr((type(value).__name__, *parts))
        known[id(value)] = (value, hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16])
    return known[id(value)][1] or "itself"


def _parts(value, tell):
    """Return what `value` is made of, each part told by `tell`, as a sequence of strings."""
    if hasattr(type(value), "__array__"):
        value = np.asarray(value)
        if value.dtype != object:
            content = hashlib.sha256(np.ascontiguousarray(value).tobytes()).hexdigest()
            return str(value.dtype), str(value.shape), content
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        return [tell(part) for part in value]
    if isinstance(value, dict):
        return sorted((tell(key), tell(part)) for key, part in value.items())
    if isinstance(value, (set, frozenset)):
        return sorted(map(tell, value))
    if isinstance(value, types.CodeType):
        return _code(value, tell)
    if isinstance(value, types.FunctionType):
        return _function(value, tell)
    if isinstance(value, types.MethodType):
        return tell(value.__func__), tell(value.__self__)
    if isinstance(value, types.ModuleType):
        return [value.__name__]
    if isinstance(value, type):
        return _class(value, tell)
    if hasattr(value, "__wrapped__"):  # a cache around a function
        return [tell(value.__wrapped__)]
    if callable(value) and hasattr(value, "__qualname__"):  # built into C
        owner = getattr(value, "__self__", None)
        owner = "" if owner is None or isinstance(owner, types.ModuleType) else tell(owner)
        return str(getattr(value, "__module__", "")), value.__qualname__, owner
    if hasattr(value, "get_config") and hasattr(value, "weights"):
        return [tell(x) for x in (type(value), _config(value), list(value.weights))]
    try:  # how it would be pickled says what it holds
        made = value.__reduce_ex__(4)
    except Exception:
        return [tell(type(value))]
    made = [made] if isinstance(made, str) else made
    return [tell(list(part) if hasattr(part, "__next__") else part) for part in made]


def _function(function, tell):
    if function.__code__.co_filename.startswith((*LIBRARIES, "<frozen")):
        return function.__module__, function.__qualname__
    code = function.__code__
    if function.__doc__ is not None and code.co_consts[:1] == (function.__doc__,):
        code = code.replace(co_consts=(None, *code.co_consts[1:]))
    cells = [cell.cell_contents for cell in function.__closure__ or () if _full(cell)]
    inside = [code, function.__defaults__, function.__kwdefaults__, cells]
    return [*map(tell, inside), *_read(function.__code__, function.__globals__, tell)]


def _code(code, tell):
    """The instructions and constants; of names only attributes, as `_read` tells the globals."""
    numbers = (code.co_argcount, code.co_kwonlyargcount, code.co_posonlyargcount, code.co_flags)
    told = [tell(const) for const in code.co_consts]
    return str(numbers), code.co_code.hex(), code.co_exceptiontable.hex(), *told


def _read(code, scope, tell):
    """Tell the globals that `code` reads, and of our own modules what it takes out of them."""
    names = list(code.co_names)
    told = [tell(scope[name]) if name in scope else name for name in names]
    for module in (scope.get(name) for name in names):
        file = getattr(module, "__file__", None) or "<frozen"
        if isinstance(module, types.ModuleType) and not file.startswith((*LIBRARIES, "<")):
            told += [tell(getattr(module, n)) for n in names if hasattr(module, n)]
    for const in code.co_consts:
        if isinstance(const, types.CodeType):
            told += _read(const, scope, tell)
    return told


def _class(cls, tell):
    file = getattr(sys.modules.get(cls.__module__), "__file__", None)
    if cls.__module__ != "__main__" and (not file or file.startswith(LIBRARIES)):
        return cls.__module__, cls.__qualname__
    functions = (types.FunctionType, staticmethod, classmethod, property)
    told = []
    for name, value in sorted(vars(cls).items()):
        if name in NOT_COMPUTED or (name[:1] == "_" and not isinstance(value, functions)):
            continue
        if isinstance(value, property):
            value = [value.fget, value.fset]
        told += [name, tell(getattr(value, "__func__", value))]
    return [*map(tell, cls.__bases__), *told]


def _config(layer):
    """The config of a Keras object without the names that Keras counts up."""
    try:
        return _nameless(layer.get_config())
    except Exception:  # a model of the reader's own, without one: what it is made of
        return [[type(part), _config(part)] for part in getattr(layer, "layers", [])]


def _nameless(config):
    if isinstance(config, dict):
        return {k: _nameless(v) for k, v in config.items() if k not in ("name", "registered_name")}
    return [_nameless(v) for v in config] if isinstance(config, (list, tuple)) else config


def _full(cell):
    try:
        return cell.cell_contents is not cell
    except ValueError:  # not filled yet
        return False

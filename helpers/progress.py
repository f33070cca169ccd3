"""How far training is: a line that rewrites itself for people, a line a minute for a log file."""

import math
import sys
import time

import keras


class Progress(keras.callbacks.Callback):
    """Epoch, bar, NLL in nats, time left.

    Args:
        history: the `runs.History` of the run.
        epochs: of the whole run.
        every: seconds between two lines; None: 0.5 where the line is replaced, 60 in a log file.
        clock: returns seconds.
    """

    def __init__(self, history, epochs, every=None, clock=time.perf_counter):
        super().__init__()
        self.history, self.epochs, self.clock = history, epochs, clock
        self.line, self.first = Line(), len(history.train)
        self.every = every if every is not None else 0.5 if self.line.replaced else 60

    def on_train_begin(self, logs=None):
        self.start = self.shown = self.clock()

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch

    def on_train_batch_end(self, batch, logs=None):
        self._show(self.epoch + (batch + 1) / self.params["steps"], float(logs["loss"]))

    def on_epoch_end(self, epoch, logs=None):
        self._show(epoch + 1, self.history.train[-1], now=self.line.replaced)

    def close(self):
        """End the line; a log file gets a last one, however training ended."""
        if not self.line.replaced and len(self.history.train) > self.first:
            self._show(len(self.history.train), self.history.train[-1], now=True)
        self.line.close()

    def _show(self, done, train, now=False):
        time = self.clock()
        if not now and time - self.shown < self.every:
            return
        self.shown, elapsed = time, time - self.start
        history = self.history
        left = elapsed / max(done - self.first, 1e-9) * (self.epochs - done)
        filled = round(24 * done / self.epochs)
        text = f"{'█' * filled}{'░' * (24 - filled)} epoch {math.ceil(done)}/{self.epochs}"
        text += f" · train {train:.2f}"
        if history.valid:
            text += f" · valid {history.valid[-1]:.2f} (best {history.best_valid:.2f})"
        text += " nats"
        if self.model.stop_training:
            text += " · stopped early"
        elif done < self.epochs:
            text += f" · {_clock(left)} left"
        self.line.write(f"{text} · {_clock(elapsed)} elapsed")


class Line:
    """A line of text: replaced in a notebook and in a terminal, printed anew in a log file."""

    def __init__(self):
        try:
            from IPython import get_ipython

            shell = get_ipython()
            self.notebook = shell is not None and hasattr(shell, "kernel")
        except ImportError:
            self.notebook = False
        self.terminal = not self.notebook and sys.stdout.isatty()
        self.replaced = self.notebook or self.terminal
        self.handle = None

    def write(self, text):
        """Show `text`."""
        if self.notebook:
            from IPython.display import DisplayHandle

            data = {"text/plain": text}
            if self.handle is None:
                self.handle = DisplayHandle()
                self.handle.display(data, raw=True)
            else:
                self.handle.update(data, raw=True)
            return
        code = getattr(sys.stdout, "encoding", None) or "utf-8"  # a log file's may lack the bar
        text = text.encode(code, "replace").decode(code)
        print(f"\r\033[K{text}" if self.terminal else text,
              end="" if self.terminal else "\n", flush=True)  # fmt: skip

    def close(self):
        """End the line."""
        if self.terminal:
            print()


def _clock(seconds) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"

"""Where the program begins: the command is imported so that Ctrl-C in its first instant ends it without a traceback.

Nothing else belongs here: what is imported before `main` is called is not covered, and `signal` alone takes 50 ms on a busy machine.
"""

# Built into the interpreter, so that no file is read for it; the type checker has no stub of it.
import _signal  # type: ignore[import-not-found]

from cartrove.place import put_on_path


def main() -> object:
    """Import the command and run it.

    While libraries are imported, Ctrl-C has the operating system end the process, as of a program in C: an exception there
    would come out of the middle of any library. A shell shows 130 for both.
    """
    heard = _signal.getsignal(_signal.SIGINT)
    try:
        # What a shell starts in the background ignores Ctrl-C, and goes on doing so.
        if heard is _signal.default_int_handler:
            _signal.signal(_signal.SIGINT, _signal.SIG_DFL)
        put_on_path()
        from flows.command import main as run_command

        _signal.signal(_signal.SIGINT, heard)
        return run_command()
    except KeyboardInterrupt:
        raise SystemExit(128 + _signal.SIGINT) from None

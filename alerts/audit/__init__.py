"""Who watches the watcher: a signal that must not stop, and a check before each sign of life."""

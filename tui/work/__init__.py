"""Long work beside the app: each a command of its own, in a process of its own."""

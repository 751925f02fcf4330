"""`rushes models install`: says what it costs, gets it, and makes it ready."""

from rushes.errors import WrongUsage
from rushes.jobs import Job
from rushes.models import Model, ModelJob, ModelStore, load_catalogue
from rushes.models.catalogue import PROFILES
from rushes.models.install import install
from rushes.paths import paths
from rushes.text import one_line
from tui.progress import run_with_progress
from tui.show import print_json


def install_models(what: str, as_json: bool) -> None:
    """Install a profile's models, or one model by its id.

    Raises:
        WrongUsage: there is no such model.
        RushesError: it cannot be had.
    """
    catalogue = load_catalogue()
    if what not in (*PROFILES, *(model.id for model in catalogue.models)):
        raise WrongUsage(f"no profile or model is called {one_line(what)[:60]!r}: `rushes models`")
    wanted = catalogue.profile(what) if what in PROFILES else (catalogue.get(what),)
    store = ModelStore(paths().models)
    for model in () if as_json else wanted:
        state = "installed" if store.is_installed(model) else f"{model.size_bytes / 1e6:,.0f} MB"
        print(f"{model.name}: {state}, {model.licence}")

    def work(job: Job) -> list[Model]:
        fetched = install(wanted, store, job)
        for model in wanted:
            job.report("making ready", 0, None, model.name)
            prepare(model, store)
        return fetched

    fetched = run_with_progress(work)
    if as_json:
        print_json({"installed": [model.id for model in fetched], "folder": str(store.root)})
        return
    print(f"{len(fetched)} models installed in {store.root}" if fetched else "nothing to do")


def prepare(model: Model, store: ModelStore) -> None:
    """Do once, at installation, what a model's first use would otherwise wait for."""
    if model.job is ModelJob.TEXT:
        from indexer.embed.text import load_text

        load_text(model, store, "cpu")

"""The user's LTX-2: the folder that the settings name, else the installed one."""

from pathlib import Path

from generator.backends.ltx.backend import LtxBackend
from generator.backends.ltx.folder import read_folder
from rushes.errors import ModelMissing
from rushes.models import ModelJob, ModelStore, load_catalogue
from rushes.models.catalogue import Model
from rushes.paths import expanded
from rushes.settings import Settings
from rushes.text import one_line


def find_ltx(settings: Settings, store: ModelStore) -> LtxBackend:
    """The back end for the model that `video_model` names, else for the best one installed.

    Raises:
        ModelMissing: there is none. The text says how to get one, and which licence it has.
        RushesError: the folder is not whole, or holds something else.
    """
    if settings.video_model is not None:
        folder = expanded(settings.video_model)
        if not folder.is_dir():
            raise ModelMissing(
                f"video_model is {one_line(str(folder))}, which is no folder: set it to one that "
                "holds an LTX-2 in the layout of diffusers (docs/models.md)"
            )
        return LtxBackend(read_folder(folder), settings.device)
    models = _models()
    for model in models:
        if store.is_installed(model):
            where: Path = store.path(model)
            return LtxBackend(read_folder(where, model.id, store.revision(model)), settings.device)
    model = models[-1]
    raise ModelMissing(
        f"no LTX-2 is here: accept the {model.licence} with an account at the hub, download it "
        "in the layout of diffusers and set video_model to its folder (docs/models.md)"
    )


def _models() -> list[Model]:
    """The catalogue's, best first."""
    found = [model for model in load_catalogue().models if model.job == ModelJob.VIDEO]
    return [model for model in reversed(found) if model.id.startswith("ltx-")]

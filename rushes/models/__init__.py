"""The models Rushes uses: what there is, where it comes from, whether it is here."""

from rushes.models.catalogue import Catalogue, Model, ModelJob, load_catalogue
from rushes.models.store import ModelDamaged, ModelStore

__all__ = ["Catalogue", "Model", "ModelDamaged", "ModelJob", "ModelStore", "load_catalogue"]

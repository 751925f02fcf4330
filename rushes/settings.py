"""The user's choices: defaults < config.toml < RUSHES_* < flags."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AnyHttpUrl, BeforeValidator, Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from rushes.errors import RushesError, WrongUsage
from rushes.library_place import LibraryPlace, library_place
from rushes.moment import Kind
from rushes.paths import paths
from rushes.text import one_line

Profile = Literal["auto", "starter", "standard", "studio"]


class Settings(BaseSettings):
    """Every field can be set in config.toml, or as RUSHES_<NAME> in the environment."""

    model_config = SettingsConfigDict(env_prefix="RUSHES_", extra="ignore")

    library: Annotated[LibraryPlace, NoDecode, BeforeValidator(library_place)] = Field(
        default_factory=lambda: paths().library,
        description="The library in use: a folder, or s3://BUCKET/FOLDER on a server whose "
        "address and keys stand in AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID and "
        "AWS_SECRET_ACCESS_KEY (docs/sharing.md).",
    )
    profile: Profile = Field(
        "auto", description="Which models to use; auto takes the best profile that is installed."
    )
    device: Literal["auto", "cpu", "cuda", "mps"] = Field(
        "auto", description="Where the larger models run."
    )
    frame_every_s: float = Field(
        8.0, gt=0.5, le=60, description="A shot longer than this gets a frame at least so often."
    )
    passage_words: int = Field(
        200, ge=40, le=1000, description="About how many words a passage of a document holds."
    )
    engine: Literal["local", "ray"] = Field(
        "local",
        description="What reads files: this machine, or the workers of a Ray cluster.",
    )
    ray_address: str = Field(
        "",
        description="Of a Ray cluster that is running, as 10.0.0.5:6379; without one, workers "
        "are started on this machine. Your files must lie under the same paths on all of its "
        "machines (docs/sharing.md).",
    )
    leave_out: str = Field(
        "",
        description="Kinds of files that are not indexed, as document, pdf: of document, pdf, "
        "slides, image, audio, video.",
    )
    smallest_file_mb: float = Field(
        0.0, ge=0, description="Smaller files are not indexed, in MB; 0 for no limit."
    )
    largest_file_mb: float = Field(
        0.0, ge=0, description="Larger files are not indexed, in MB; 0 for no limit."
    )
    describe_url: AnyHttpUrl | None = Field(
        None,
        description="A server that describes shots, with the interface of OpenAI (Ollama, "
        "llama-server, vLLM), as http://127.0.0.1:11434/v1. Frames of your footage are sent "
        "to it, and to no other. Without it the installed model of the profile describes.",
    )
    describe_model: str = Field(
        "", description="What that server calls its vision language model, as qwen3-vl:8b."
    )
    language: Literal["auto", "none"] = Field(
        "auto", description="Whether a language model helps to answer; none does without one."
    )
    language_url: AnyHttpUrl | None = Field(
        None,
        description="A server that answers, with the interface of OpenAI (Ollama, llama-server, "
        "LM Studio), as http://127.0.0.1:11434/v1. Your questions and passages of your files are "
        "sent to it, and to no other. Without it the installed model of the profile answers.",
    )
    language_model: str = Field(
        "",
        description="What that server calls its language model, as qwen3:8b; without a server "
        "the path of a GGUF file.",
    )
    video_model: Path | None = Field(
        None,
        description="Folder of an LTX-2 in the layout of diffusers, which draws the shots that "
        "you do not have (docs/models.md). Nothing is downloaded.",
    )
    comfyui_url: AnyHttpUrl | None = Field(
        None,
        description="A ComfyUI server that draws shots, as http://127.0.0.1:8188. Your prompts and "
        "keyframes are sent to it, and to no other.",
    )
    comfyui_workflow: Path | None = Field(
        None,
        description="A workflow of your own for that server, exported in the API's format, with "
        "nodes titled rushes:prompt and the like. Without it LTX-2.5 or LTX-2.3 is used.",
    )
    watch: bool = Field(
        False,
        description="Whether the app looks after the library while it is open: what is new or "
        "changed in its folders is put in once it has come to rest.",
    )
    theme: str = Field("textual-dark", description="The colours of the app, light or dark.")
    pictures: Literal["auto", "kitty", "sixel", "blocks", "none"] = Field(
        "auto",
        description="How the app draws pictures; auto takes the best that the terminal can do. "
        "blocks are coloured half characters, for where the others come out broken.",
    )

    @field_validator("leave_out")
    @classmethod
    def _names_kinds(cls, named: str) -> str:
        for name in named.replace(",", " ").split():
            if name not in list(Kind):
                raise ValueError(f"{one_line(name)} is none of {', '.join(Kind)}")
        return named

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        toml = TomlConfigSettingsSource(settings_cls, toml_file=paths().config_file)
        return init_settings, env_settings, toml


def load_settings(**flags: object) -> Settings:
    """The settings in force; a flag that is None counts as not given.

    Raises:
        WrongUsage: a flag has a value that is not allowed.
        RushesError: config.toml or a RUSHES_* variable has one.
    """
    import tomllib

    given = {name: value for name, value in flags.items() if value is not None}
    try:
        return Settings(**given)  # type: ignore[arg-type]  # checked by pydantic itself
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        if name in given:
            raise WrongUsage(f"--{name.replace('_', '-')} is not valid: {first['msg']}") from None
        raise RushesError(
            f"setting {name} is not valid: {first['msg']} "
            f"(see {paths().config_file}, RUSHES_{name.upper()} or the flag)"
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise RushesError(f"cannot read {paths().config_file}: {error}") from None

"""What a model can do comes from its name."""

import pytest

from agent.llm.abilities import abilities_of
from agent.llm.protocol import Abilities
from rushes.models import ModelJob, load_catalogue


@pytest.mark.parametrize(
    ("name", "plans", "thinks"),
    [
        ("smollm2-135m-instruct", False, False),
        ("smollm2:135m", False, False),
        ("qwen3:4b", True, True),
        ("Qwen/Qwen3-8B-GGUF", True, True),
        ("hf.co/unsloth/Qwen3-4B-Instruct-2507-GGUF:Q4_K_M", True, False),
        ("/models/Qwen3-4B-Instruct-2507-Q4_K_M.gguf", True, False),
        ("qwen3:0.6b", False, True),
        ("llama3.2:1b", False, False),
        ("llama3.1:8b", True, False),
        ("gpt-oss:20b", True, True),
        ("some-model-of-tomorrow", False, False),
        ("", False, False),
    ],
)
def test_a_name_is_known_however_it_is_written(name: str, plans: bool, thinks: bool) -> None:
    abilities = abilities_of(name)
    assert (abilities.plans, abilities.thinks) == (plans, thinks)


def test_an_unknown_model_is_given_little() -> None:
    assert abilities_of("some-model-of-tomorrow") == Abilities(context_tokens=4096)


def test_every_model_of_the_catalogue_is_known() -> None:
    for model in load_catalogue().models:
        if model.job == ModelJob.LANGUAGE:
            assert abilities_of(model.id).plans == (
                "standard" in model.profiles or "studio" in model.profiles
            )

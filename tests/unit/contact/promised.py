"""The texts that announce an action to citizens, and the code that performs it, as `promises.json` lists them."""

from __future__ import annotations

import json
import re
from fnmatch import fnmatchcase
from pathlib import Path

FUNCTIONS = Path(__file__).resolve().parents[3] / "functions"
CATALOGUE = json.loads(Path(__file__).with_name("promises.json").read_text())
"""The texts that announce an action, and the code that does it.

`stems` and `informed` are words about acting and about informing a person. `informs` and `acts` map the key of a text
that announces such an act to the code behind it: a name below `petitions`, a kind of notice, or a schedule. `exempt`
gives the reason why a text with such words announces nothing. A key of `exempt` may end with a star.
"""
WORDS = {
    "chat": "petitions/data/texts.{}.json",
    "form": "petitions/data/form_words.{}.json",
    "page": "citizen_page/words/{}.json",
    "site": "public_site/words/{}.json",
}
PAGES = ("how", "privacy", "accessibility", "contact")
LANGUAGES = ("vi", "en")


def texts_of(name: str, language: str) -> dict[str, str]:
    texts: dict[str, str] = json.loads((FUNCTIONS / WORDS[name].format(language)).read_text())
    return texts


ALOUD = {"notice_read", "receipt", "receipt_mail", "receipt_mail_pageless"}
"""Texts for citizens that exist in Vietnamese only. Other texts without a translation are for officers."""
CITIZENS = {name: {*texts_of(name, "en"), *ALOUD} for name in WORDS}
"""The keys of all texts that citizens read, by group of texts."""


def paragraphs(language: str) -> dict[str, str]:
    found = {}
    for page in PAGES:
        html = (FUNCTIONS / f"public_site/templates/{page}.{language}.html").read_text()
        for block in re.findall(r"<(?:li|p|dd)\b[^>]*>(.*?)</(?:li|p|dd)>", html, re.DOTALL):
            words = " ".join(re.sub(r"<[^>]+>", "", block).split())
            names = [key for key in LISTED if f"{page}:{words}".startswith(key.removesuffix("*"))]
            found[names[0] if names else f"{page}:{words}"] = words
    return found


def sentences(group: str, language: str) -> dict[str, str]:
    """Return a group's texts for citizens, by key. The group `pages` has the paragraphs of public pages."""
    if group == "pages":
        return paragraphs(language)
    return {f"{group}:{key}": text for key, text in texts_of(group, language).items() if key in CITIZENS[group]}


LISTED = [*CATALOGUE["informs"], *CATALOGUE["acts"], *CATALOGUE["exempt"]]


def keys_with(words: str, group: str, *languages: str) -> set[str]:
    """Return the keys of the group's texts that contain one of the words `stems` or `informed` in any language."""
    return {
        key
        for language in languages
        for key, text in sentences(group, language).items()
        if re.search(rf"\b(?:{'|'.join(CATALOGUE[words][language])})\b", text, re.IGNORECASE)
    }


def is_exempt(key: str) -> bool:
    """Return whether the text is listed as announcing nothing despite such words."""
    return any(fnmatchcase(key, pattern) for pattern in CATALOGUE["exempt"])


def of_group(group: str, *parts: str) -> set[str]:
    begins = tuple(f"{name}:" for name in (PAGES if group == "pages" else (group,)))
    return {key for part in parts for key in CATALOGUE[part] if key.startswith(begins)}


def unexplained(group: str, language: str) -> set[str]:
    """Return the keys of texts that announce an action, or that somebody was informed, without being listed for it."""
    acting = {key for key in keys_with("stems", group, language) if not is_exempt(key)}
    informed = {key for key in keys_with("informed", group, language) if not is_exempt(key)}
    return (acting - of_group(group, "informs", "acts")) | (informed - of_group(group, "informs"))


def needless(group: str) -> set[str]:
    """Return the keys and patterns listed for a group whose texts contain no such words in any language."""
    acting = keys_with("stems", group, *LANGUAGES)
    named = acting | keys_with("informed", group, *LANGUAGES)
    exempt = {pattern for pattern in of_group(group, "exempt") if not any(fnmatchcase(key, pattern) for key in named)}
    return exempt | (of_group(group, "informs", "acts") - acting)

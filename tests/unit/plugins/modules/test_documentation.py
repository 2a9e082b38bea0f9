# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The modules' pages say what kinds and messages say: over all pages, from the data, so that a new one is tested."""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest
import yaml
from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.mainstay.platform.plugins.doc_fragments.gcp import ModuleDocFragment
from ansible_collections.mainstay.platform.plugins.module_utils.catalogue import KINDS, LIBRARIES
from ansible_collections.mainstay.platform.plugins.module_utils.fields import covers, fields_of, is_map, join
from ansible_collections.mainstay.platform.plugins.module_utils.items import parse
from ansible_collections.mainstay.platform.plugins.module_utils.module import ACCESS, STATE

ROOT = Path(__file__).parents[4]
NAMESPACE = "mainstay.platform"
PAGES = sorted(path.stem for path in (ROOT / "plugins/modules").glob("gcp_*.py"))
OVER_ALL = {"gcp_resources", "gcp_resource_info"}  # the modules that are of no kind
CHOICES = 25  # of more values than this an enum's page names none
# What a kind's page says beside its message: {kind: {option: type}}
BESIDE = {"iam_binding": {"authoritative": "bool"}}
# Options that say which resource is meant, and may be left out since something else can be taken
DEFAULTED = {"iam_binding": {"resource"}}
# Options that the engine takes in more forms than the message holds
WIDER = {"secretmanager_secret_version": {"json": "raw"}}
VALUES = {
    **dict.fromkeys(("Duration", "Timestamp", "StringValue", "BytesValue"), "str"),
    **dict.fromkeys(("Int32Value", "Int64Value", "UInt32Value", "UInt64Value"), "int"),
    **dict.fromkeys(("FloatValue", "DoubleValue"), "float"),
    "BoolValue": "bool",
    "FieldMask": "list",
    "ListValue": "list",
    "Value": "raw",
}
SCALARS = {"string": "str", "bytes": "str", "bool": "bool", "double": "float", "float": "float", "enum": "str"}


@cache
def page(name):
    """The module of a name, as Python imports it."""
    return import_module(f"ansible_collections.{NAMESPACE}.plugins.modules.{name}")


@cache
def documentation(name):
    """What the DOCUMENTATION of a page says, without fragments."""
    return yaml.safe_load(page(name).DOCUMENTATION)


@cache
def examples(name):
    """What the tasks of a page's EXAMPLES give to its module."""
    tasks = yaml.safe_load(page(name).EXAMPLES)
    return [task[f"{NAMESPACE}.{name}"] for task in tasks if f"{NAMESPACE}.{name}" in task]


@cache
def fragment(name):
    """The options of a documentation fragment."""
    return yaml.safe_load(getattr(ModuleDocFragment, name))["options"]


class Asked(Exception):
    """Raised in place of an AnsibleModule, with the argument_spec that it was asked for."""


@cache
def spec(name):
    """The argument_spec with which a page's main() begins."""

    def ask(_self, argument_spec, **_options):
        raise Asked(argument_spec)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(AnsibleModule, "__init__", ask)
        with pytest.raises(Asked) as asked:
            page(name).main()
    return asked.value.args[0]


def every_kind(test):
    """Run a test for each kind that has a page."""
    kinds = {name: kind for name, kind in KINDS.items() if f"gcp_{name}" in PAGES}
    return pytest.mark.parametrize("kind", kinds.values(), ids=kinds)(test)


def every_page(test):
    """Run a test for each page."""
    return pytest.mark.parametrize("name", PAGES)(test)


def type_of(field):
    """The type that an option for one item of a field is to have."""
    if field.message_type is not None:
        known = field.message_type.full_name.startswith("google.protobuf.")
        return VALUES.get(field.message_type.name, "dict") if known else "dict"
    types = {number: name for name, number in type(field).__dict__.items() if name.startswith("TYPE_")}
    return SCALARS.get(types[field.type].removeprefix("TYPE_").lower(), "int")


def faults(kind, options, descriptor, path=""):
    """What is wrong with the options of one message, in a sentence each."""
    known = fields_of(descriptor)
    settable = {name for name in known if not covers(kind.output_only, join(path, name))}
    for name in settable - set(options) - set(kind.scope if not path else ()):
        yield f"{join(path, name)} can be set and is not documented"
    for name, option in options.items():
        here = join(path, name)
        if name not in known:
            yield f"{here} is no field of {descriptor.name}"
        elif name not in settable:
            yield f"{here} is told by the API only and documented"
        else:
            yield from _faults_of(kind, option, known[name], here)


def _faults_of(kind, option, field, path):
    """What is wrong with one option."""
    wider = WIDER.get(kind.name, {}).get(path)
    one = wider or ("dict" if is_map(field) else type_of(field))
    listed = field.is_repeated and not is_map(field)
    expected = ("list", one) if listed else (one, None)
    if (option["type"], option.get("elements")) != expected:
        yield f"{path} is {option['type']} of {option.get('elements')}, the message has {expected}"
    if field.enum_type is not None:
        names = [value for value in field.enum_type.values_by_name if not value.endswith("_UNSPECIFIED")]
        if sorted(option.get("choices", ())) != (sorted(names) if len(names) <= CHOICES else []):
            yield f"{path} has the choices {option.get('choices')}, the message {names}"
    if "suboptions" in option:
        yield from faults(kind, option["suboptions"], field.message_type, path)


def of_message(kind):
    """The options of a kind's page that are fields of its message, without those that say which resource."""
    ours = {"state", "delete_data", *kind.resend[:1], *BESIDE.get(kind.name, ()), *kind.scope}
    return {name: option for name, option in documentation(f"gcp_{kind.name}")["options"].items() if name not in ours}


def walk(options, path=""):
    """All options with their bare paths, suboptions included."""
    for name, option in options.items():
        yield join(path, name), option
        yield from walk(option.get("suboptions") or option.get("options") or {}, join(path, name))


def test_the_catalogue_equals_the_modules():
    assert {f"gcp_{name}" for name in KINDS} | OVER_ALL == set(PAGES)


def test_the_action_group_is_complete():
    runtime = yaml.safe_load((ROOT / "meta/runtime.yml").read_text())
    assert runtime["action_groups"]["gcp"] == PAGES


@every_kind
def test_options_are_the_fields_of_the_message(kind):
    wrong = sorted(faults(kind, of_message(kind), kind.descriptor))
    assert not wrong, "\n".join(wrong)


@every_kind
def test_options_that_say_which_resource(kind):
    options = documentation(f"gcp_{kind.name}")["options"]
    needed = {*kind.scope} - {*kind.apart} - {"project"} - DEFAULTED.get(kind.name, set())
    assert {name for name, option in options.items() if option.get("required")} == needed
    assert {name for name in kind.scope if options.get(name, {}).get("type") != "str"} <= {"project"}


@every_kind
def test_options_of_the_engine(kind):
    options = documentation(f"gcp_{kind.name}")["options"]
    assert options.get("delete_data", {}).get("type") == ("bool" if kind.holds_data else None)
    for name, held in BESIDE.get(kind.name, {}).items():
        assert options[name]["type"] == held
    if kind.resend:
        option, *words = kind.resend
        assert options[option].get("choices", [True, False]) == words


@every_kind
def test_no_defaults_but_the_engines_own(kind):
    defaults = {path: option["default"] for path, option in walk(spec(f"gcp_{kind.name}")) if "default" in option}
    words = [word for word in kind.resend[2:] if isinstance(word, str)]
    assert defaults == {"state": "present", "timeout": 1800, **dict(zip(kind.resend, words))}


@every_kind
def test_secrets_and_nothing_else_are_hidden(kind):
    own = {path: option for path, option in walk(spec(f"gcp_{kind.name}")) if path not in ACCESS}
    assert [path for path in kind.secret if not {path, path.rpartition(".")[0]} & set(own)] == []
    for path, option in own.items():
        assert bool(option.get("no_log")) is covers(kind.secret, path), path


@every_kind
def test_the_client_library_is_named(kind):
    needed = " ".join(documentation(f"gcp_{kind.name}").get("requirements", ()))
    client = kind.client if isinstance(kind.client, str) else ""
    assert LIBRARIES.get(client.partition(".")[0], "") in needed


@every_page
def test_versions_are_those_of_requirements_txt(name):
    installed = (ROOT / "requirements.txt").read_text()
    shared = yaml.safe_load(ModuleDocFragment.DOCUMENTATION)["requirements"]
    for line in [*shared, *documentation(name).get("requirements", ())]:
        named = re.match(r"(\S+) >= (\S+)", line)
        assert named is None or named[1] == "python" or f"{named[1]}>={named[2]}," in installed, line


@every_page
def test_examples_use_documented_options(name):
    for params in examples(name):
        validated = ArgumentSpecValidator(spec(name)).validate(params)
        assert validated.error_messages == [], params


@every_page
def test_examples_are_accepted_by_the_engine(name):
    for params in examples(name):
        kind = name.removeprefix("gcp_")
        state = {"state": "absent"} if name == "gcp_resource_info" else {}
        items = [{**state, **item} for item in params.get("resources", [])] or [{"kind": kind, **params}]
        assert len(parse(items, params.get("project"))) == len(items)


@pytest.mark.parametrize(("part", "options"), [("DOCUMENTATION", ACCESS), ("STATE", STATE)])
def test_the_fragment_equals_what_every_module_takes(part, options):
    documented = fragment(part)
    assert documented.keys() == options.keys()
    for name, option in options.items():
        for said in ("type", "elements", "default"):
            assert documented[name].get(said) == option.get(said), name
        assert list(documented[name].get("choices", ())) == option.get("choices", []), name
        variables = re.findall(r"environment variable (.*) when not", " ".join(documented[name]["description"]))
        told = re.findall(r"E\((\w+)\)", " ".join(variables))
        assert told == option.get("fallback", (None, []))[1], name

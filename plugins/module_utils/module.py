# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""From Ansible to the engine and back: options, credentials, results. The one file that knows both."""

from __future__ import annotations

import json
import os
import re
from copy import deepcopy

from ansible.module_utils.basic import AnsibleModule, env_fallback, missing_required_lib

from .names import nearest

try:
    import yaml
except ImportError:
    yaml = None

try:
    import google.auth
    from google.auth import credentials as anonymous
    from google.auth import exceptions as auth_exceptions
    from google.oauth2 import credentials as oauth2
    from google.oauth2 import service_account

    from .api import Api
    from .batch import Batch
    from .catalogue import KINDS
    from .faults import Fault
    from .fields import covers, masked
    from .items import parse
    from .reconcile import BadInput

    MISSING = None
except ImportError as error:
    MISSING = error

STATE = {"state": {"type": "str", "choices": ["present", "absent"], "default": "present"}}
SCOPES = ["https://www.googleapis.com/auth/cloud-platform"]
SPEC = ("type", "elements", "required", "default", "choices")
ACCESS = {
    "project": {"type": "str", "fallback": (env_fallback, ["GCP_PROJECT", "GOOGLE_CLOUD_PROJECT"])},
    "auth_kind": {
        "type": "str",
        "choices": ["application", "serviceaccount", "accesstoken"],
        "fallback": (env_fallback, ["GCP_AUTH_KIND"]),
    },
    "service_account_file": {"type": "path", "fallback": (env_fallback, ["GCP_SERVICE_ACCOUNT_FILE"])},
    "service_account_contents": {
        "type": "jsonarg",
        "no_log": True,
        "fallback": (env_fallback, ["GCP_SERVICE_ACCOUNT_CONTENTS"]),
    },
    "access_token": {"type": "str", "no_log": True, "fallback": (env_fallback, ["GCP_ACCESS_TOKEN"])},
    "impersonate_service_account": {"type": "str", "fallback": (env_fallback, ["GCP_IMPERSONATE_SERVICE_ACCOUNT"])},
    "quota_project": {"type": "str", "fallback": (env_fallback, ["GCP_QUOTA_PROJECT"])},
    "scopes": {"type": "list", "elements": "str", "fallback": (env_fallback, ["GCP_SCOPES"])},
    "endpoint": {"type": "str", "fallback": (env_fallback, ["GCP_ENDPOINT"])},
    "endpoints": {"type": "dict"},
    "timeout": {"type": "float", "default": 1800},
}
LIBRARIES = {"google": "google-auth", "google.auth": "google-auth", "google.protobuf": "protobuf"}
HIDDEN_FROM = 6  # characters from which on a secret is hidden wherever it turns up, not only where it belongs


def arguments(documentation, secret=()):
    """The argument_spec that a module's DOCUMENTATION already says; what is at `secret` paths is never logged."""
    return _spec(yaml.safe_load(documentation)["options"], secret) if yaml else {}


def _spec(options, secret, path=""):
    spec = {}
    for name, option in options.items():
        here = f"{path}.{name}" if path else name
        spec[name] = {key: option[key] for key in SPEC if key in option}
        spec[name]["no_log"] = bool(secret) and covers(secret, here)
        if "suboptions" in option:
            spec[name]["options"] = _spec(option["suboptions"], secret, here)
    return spec


class Module(AnsibleModule):
    """An AnsibleModule with the options of every module here, whose output never holds a secret."""

    def __init__(self, documentation, fragments, kind=None):
        """`documentation`: the module's own; `fragments`: the options that come from documentation fragments."""
        self.shown, self.kind, self.ready = None, kind, False
        secret = KINDS[kind].secret if kind and not MISSING else ()
        spec = {**arguments(documentation, secret), **fragments}
        super().__init__(argument_spec=spec, supports_check_mode=True, no_log=True)
        self.ready = True
        if MISSING or yaml is None:
            name = getattr(MISSING, "name", "PyYAML")
            self.fail_json(msg=missing_required_lib(LIBRARIES.get(name, name)))

    def _load_params(self):
        super()._load_params()
        self.asked = deepcopy(self.params)

    @property
    def item(self):
        """What the user wrote, not yet as Ansible coerces it: so module and batch judge alike."""
        asked = {name: value for name, value in self.asked.items() if name not in ACCESS and name[:9] != "_ansible_"}
        return {"kind": self.kind, **asked, **{name: self.params.get(name) for name in ("project", "timeout")}}

    def _in_our_words(self, msg):
        """The engine's sentence about an option that Ansible refuses, where it has one."""
        try:
            parse([self.item])
        except BadInput as problem:
            return str(problem)
        return msg

    def fail_json(self, msg, **result):
        """End with an error; an unknown option gets the nearest right name."""
        wrong = re.match(
            r"Unsupported parameters for \((\S+)\) module: (.*?)\. Supported parameters include: (.*)\.", msg
        )
        if wrong:
            hints = [name + nearest(name.rpartition(".")[2], wrong[3].split(", ")) for name in wrong[2].split(", ")]
            msg = f"{wrong[1]} has no option {'; nor '.join(hints)}"
        elif self.kind and not MISSING and not self.ready:
            msg = self._in_our_words(msg)
        super().fail_json(msg, **self._with_invocation(result))

    def exit_json(self, **result):
        """End well."""
        super().exit_json(**self._with_invocation(result))

    def _with_invocation(self, result):
        """What Ansible adds by itself, but without secrets."""
        return result if self.shown is None else {**result, "invocation": {"module_args": self.shown}}

    def keep_secret(self, items):
        """See to it that the secrets of items are in no output; the items as they may be shown.

        A word that names a resource as well, such as the project in the JSON of a key, stays readable.
        """
        shown, hidden, names = [], set(), set(KINDS)
        for item in items:
            kind = KINDS.get(item.get("kind")) if isinstance(item, dict) else None
            shown.append(masked(item, kind.secret) if kind else item)
            hidden |= _secrets(item, kind.secret) if kind else set()
            names |= {str(item.get(name)) for name in kind.scope} if kind else set()
        openly = " ".join(names)
        self.no_log_values.update(text for text in hidden if len(text) >= HIDDEN_FROM and text not in openly)
        return shown

    def api(self, pool):
        """Everything that this run asks of Google. Ends the module when there are no credentials."""
        options = self.params
        for said in filter(None, [options["endpoint"], *(options["endpoints"] or {}).values()]):
            if not re.fullmatch(r"https?://[^/\s]+/?", said):
                self.fail_json(msg=f"endpoint {said!r} is no address: write http://HOST:PORT or https://HOST")
        try:
            credentials = self._credentials()
        except (auth_exceptions.GoogleAuthError, ValueError, OSError) as problem:
            self.fail_json(
                msg=f"no usable Google credentials ({str(problem).splitlines()[0]}): run 'gcloud auth "
                "application-default login', or set service_account_file (GCP_SERVICE_ACCOUNT_FILE) or "
                "access_token (GCP_ACCESS_TOKEN)"
            )
        return Api(credentials, options["endpoint"] or "", options["endpoints"], options["quota_project"], pool)

    def _credentials(self):
        """What the options say; anonymous for a stand-in that was given none."""
        options, scopes = self.params, self.params["scopes"] or SCOPES
        token, file, contents = (
            options[name] for name in ("access_token", "service_account_file", "service_account_contents")
        )
        kind = options["auth_kind"] or (
            "accesstoken" if token else "serviceaccount" if file or contents else "application"
        )
        if kind == "accesstoken":
            found = oauth2.Credentials(token=_given(token, "access_token"))
        elif kind == "serviceaccount":
            text = contents or _read(_given(file, "service_account_file or service_account_contents"))
            found = service_account.Credentials.from_service_account_info(json.loads(text), scopes=scopes)
        elif options["endpoint"] and "GOOGLE_APPLICATION_CREDENTIALS" not in os.environ:
            return anonymous.AnonymousCredentials()
        else:
            found = google.auth.default(scopes=scopes)[0]
        if options["impersonate_service_account"]:
            from google.auth import impersonated_credentials

            found = impersonated_credentials.Credentials(found, options["impersonate_service_account"], scopes)
        return found


def _given(value, name):
    if not value:
        raise ValueError(f"{name} is not given")
    return value


def _read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def _secrets(value, secret, path=""):
    """The texts at secret paths."""
    if isinstance(value, dict):
        return {
            text for name, part in value.items() for text in _secrets(part, secret, f"{path}.{name}" if path else name)
        }
    if isinstance(value, list):
        return {text for part in value for text in _secrets(part, secret, path)}
    return {str(value)} if secret and value is not None and covers(secret, path) else set()


def run(kind, documentation):
    """The main() of the module of one kind: a batch of one item."""
    module = Module(documentation, {**ACCESS, **STATE}, kind)
    module.keep_secret([module.item])
    batch = Batch(module.api(1), module.check_mode)
    try:
        [outcome] = batch.run([module.item])
    except BadInput as problem:
        module.fail_json(msg=str(problem))
    _warn(module, batch, [outcome])
    if outcome.error:
        module.fail_json(msg=f"{outcome.item.title}: {outcome.error}")
    module.exit_json(changed=outcome.changed, resource=outcome.after, diff=outcome.diff)


def run_batch(documentation):
    """The main() of gcp_resources."""
    module = Module(documentation, ACCESS)
    options = module.params
    module.shown = {**options, "resources": module.keep_secret(options["resources"])}
    batch = Batch(
        module.api(options["concurrency"]),
        module.check_mode,
        options["concurrency"],
        options["timeout"],
        options["project"],
        _teller(options["progress"]),
    )
    try:
        outcomes = batch.run(options["resources"])
    except BadInput as problem:
        module.fail_json(msg=str(problem))
    _warn(module, batch, outcomes)
    result = {
        "changed": any(outcome.changed for outcome in outcomes),
        "resources": [_result(outcome) for outcome in outcomes],
        "diff": [outcome.diff for outcome in outcomes if outcome.diff],
    }
    failed = [f"{outcome.item.title}: {outcome.error}" for outcome in outcomes if outcome.error]
    if failed:
        module.fail_json(msg="\n".join([f"{len(failed)} of {len(outcomes)} resources failed:", *failed]), **result)
    module.exit_json(**result)


def run_info(documentation):
    """The main() of gcp_resource_info."""
    module = Module(documentation, ACCESS)
    options = module.params
    module.shown = {**options, "resources": module.keep_secret(options["resources"])}
    batch = Batch(module.api(16), True, 16, options["timeout"], options["project"])
    try:
        looks = batch.look(options["resources"])
    except BadInput as problem:
        module.fail_json(msg=str(problem))
    failed = [f"{item.title}: {found}" for item, found in looks if isinstance(found, Fault)]
    if failed:
        module.fail_json(msg="\n".join(failed))
    module.exit_json(changed=False, resources=[_found(item, resource) for item, resource in looks])


def _found(item, resource):
    return {
        "kind": item.kind.name,
        "id": item.id,
        "exists": item.kind.alive(resource),
        "resource": item.kind.plain(resource),
    }


def _result(outcome):
    """One entry of the result's list of resources."""
    shown = {"kind": outcome.item.kind.name, "id": outcome.item.id, "changed": outcome.changed, "after": outcome.after}
    if outcome.changed:
        shown.update(before=outcome.before, differences=outcome.differences)
    if outcome.problem:
        shown["problem"] = outcome.problem
    if outcome.error:
        shown["error"] = outcome.error
    return shown


def _warn(module, batch, outcomes):
    for warning in batch.warnings.values():
        module.warn(warning)
    for outcome in outcomes:
        if outcome.problem:
            module.warn(f"{outcome.item.title}: {outcome.problem}")


def _teller(path):
    """A function that passes a line of news on, through the file that the action plugin watches."""
    if not path:
        return lambda line: None

    def tell(line):
        with open(path, "a", encoding="utf-8") as file:
            file.write(line + "\n")

    return tell

# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the pages of the modules that keep files of a host say in common."""

from __future__ import annotations


class ModuleDocFragment:
    """Options that several pages describe alike."""

    DOCUMENTATION = r"""
options:
  files:
    description:
      - What there has to be, in the order in which it is made, so a folder comes before what it has.
      - Each has at most one of O(files[].content), O(files[].secret_content), O(files[].target) and
        O(files[].directory). With none of them it has to be there, and only its owner and mode are seen to.
    type: list
    elements: dict
    required: true
    suboptions:
      path:
        description: Absolute path on the host.
        type: path
        required: true
      content:
        description: What the file has. Use the lookup P(ansible.builtin.template#lookup) for a template of a role.
        type: str
      secret_content:
        description: The same for what nobody may see; it is in no output and no diff.
        type: str
      target:
        description: Makes the path a symbolic link to this.
        type: str
      directory:
        description: Makes the path a folder.
        type: bool
        default: false
      once:
        description: Writes the content only when there is no file; a server keeps it itself from then on.
        type: bool
        default: false
      owner:
        description: Name of the user who owns it; an empty one leaves it with whoever has it.
        type: str
        default: root
      group:
        description: Name of the group that owns it; an empty one leaves it with whoever has it.
        type: str
        default: root
      mode:
        description: Its permissions, in octal digits. Those of a folder are V(0755) when unset, others V(0644).
        type: str
      validate:
        description: A command that has to succeed before anything is written; C(%s) in it is a file with the content.
        type: str
  services:
    description: Units of systemd that have to be enabled and to run, in the order in which they are started.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: Name of the unit.
        type: str
        required: true
      reads:
        description: What it reads when it starts, its unit file among them. It is restarted when one of them is newer.
        type: list
        elements: path
        default: []
      reads_again:
        description: What it reads when it starts and when it is reloaded. It is reloaded when one of them is newer.
        type: list
        elements: path
        default: []
"""

# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the pages of the modules for Redis say in common."""

from __future__ import annotations


class ModuleDocFragment:
    """Options that several pages describe alike."""

    LOGIN = r"""
options:
  user:
    description: The user who asks.
    type: str
    default: mainstay
  passwords:
    description: Its password, and after it those it had before, which are tried in turn.
    type: list
    elements: str
    required: true
  tls_ca:
    description: The file with the authority that signed the certificates. Without it connections are not encrypted.
    type: path
    default: ""
"""

    DOCUMENTATION = r"""
options:
  sentinels:
    description: The Sentinels.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: A name.
        type: str
        required: true
      address:
        description: Its IP address.
        type: str
        required: true
      port:
        description: Its port.
        type: int
        default: 26379
  master_name:
    description: The name by which Sentinels know the master.
    type: str
    default: main
"""

"""The kind of file system that a folder is on."""

import re
from pathlib import Path

MOUNTS = Path("/proc/self/mountinfo")
# File systems that are reached over a network, or shared with another kernel: there SQLite's shared memory does not
# work (https://www.sqlite.org/wal.html, "all processes using a database must be on the same host computer").
_FUSE = r"fuse\.(sshfs|s3fs|mount-s3|rclone|glusterfs|ceph-fuse|juicefs|gcsfuse|davfs2?|curlftpfs|smbnetfs|mfs)"
NETWORK = re.compile(rf"nfs\d?|cifs|smb\d?|smbfs|9p|afs|ceph|glusterfs|lustre|gpfs|ocfs2|gfs2|{_FUSE}")


def network_file_system(folder: Path) -> str:
    """The kind of the network file system that holds the folder; "" for a local one, or where it cannot be told."""
    kind = _kind(folder.resolve())
    return kind if NETWORK.fullmatch(kind) else ""


def _kind(folder: Path) -> str:
    """As the kernel calls it (proc(5), /proc/pid/mountinfo); of several mounts in one place, the last one counts."""
    try:
        lines = MOUNTS.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    found, kind = Path(), ""
    for line in lines:
        mount, _, about = line.partition(" - ")
        place = Path(_unescaped(mount.split()[4]))
        if folder.is_relative_to(place) and len(place.parts) >= len(found.parts):
            found, kind = place, about.split()[0]
    return kind


def _unescaped(text: str) -> str:
    """The kernel writes blanks and backslashes as octal numbers."""
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), text)

"""Tells a network file system, on which SQLite's write-ahead log is not safe (sqlite.org/wal.html)."""

from pathlib import Path

_MOUNTS = Path("/proc/self/mounts")
_NETWORK = frozenset(
    (
        "nfs",
        "nfs4",
        "cifs",
        "smb",
        "smb2",
        "smb3",
        "smbfs",
        "afs",
        "ceph",
        "fuse.sshfs",
        "fuse.s3fs",
        "fuse.rclone",
        "fuse.glusterfs",
        "glusterfs",
        "lustre",
        "beegfs",
        "gpfs",
        "ocfs2",
        "davfs",
        "fuse.davfs",
        "fuse.gcsfuse",
        "ncpfs",
        "webdav",
    )
)


def network_file_system(folder: Path, mounts: Path = _MOUNTS) -> str:
    """The kind of network file system that `folder` is on, "" for a local one or where it cannot be told."""
    found = folder.resolve()
    if str(found).startswith(("\\\\", "//")):
        return "a network share"
    try:
        table = mounts.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    kind = _kind_of(found, table)
    return kind if kind in _NETWORK else ""


def _kind_of(folder: Path, table: str) -> str:
    best, kind = -1, ""
    for line in table.splitlines():
        fields = line.split()
        if len(fields) < 3:  # noqa: PLR2004 - device, mount point, kind
            continue
        point = Path(fields[1].replace("\\040", " "))
        if (point == folder or point in folder.parents) and len(point.parts) >= best:
            best, kind = len(point.parts), fields[2]
    return kind

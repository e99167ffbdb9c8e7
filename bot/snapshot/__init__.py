"""Snapshots of the FAQ, and the store that holds the current one."""

from bot.snapshot.record import CACHE, Snapshot, check_snapshot, load_snapshot
from bot.snapshot.store import SnapshotStore

__all__ = ["CACHE", "Snapshot", "SnapshotStore", "check_snapshot", "load_snapshot"]

"""Imports the reference community once, for all the gateway's system tests of a run."""

import pathlib
import shutil
import sys

import rig

folder = pathlib.Path(sys.argv[1])
shutil.rmtree(folder, ignore_errors=True)
folder.mkdir(parents=True)
for file in rig.imported_store(rig.default_build()).glob("shouwang.db*"):
    shutil.copy(file, folder)

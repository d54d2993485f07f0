"""Runs a notebook without a browser: python run.py FILE. Prints its progress and its error as lines of JSON, and changes no file."""

import json
import os
import sys

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError


def tell(**facts):
    print(json.dumps(facts), flush=True)


class Runner(NotebookClient):
    """Tells which cell runs, and forwards what a cell prints."""

    def process_message(self, message, cell, cell_index):
        if message["msg_type"] == "stream":
            sys.stdout.write(message["content"]["text"])
            sys.stdout.flush()
        return super().process_message(message, cell, cell_index)


def main(file):
    notebook = nbformat.read(file, as_version=4)
    code = [index for index, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
    at = {"cell": 0}

    def on_cell_start(cell, cell_index):
        if cell_index in code:
            at["cell"] = code.index(cell_index) + 1
            tell(cell=at["cell"], cells=len(code))

    runner = Runner(
        notebook,
        kernel_name="python3",
        timeout=None,
        # Otherwise a killed kernel is waited for without end.
        startup_timeout=120,
        resources={"metadata": {"path": os.path.dirname(file)}},
        on_cell_start=on_cell_start,
    )
    try:
        runner.execute()
    except CellExecutionError as error:
        return f"cell {at['cell']} failed: {error.ename}: {error.evalue}"
    except Exception as error:
        # A kernel that died or did not start is no error of a cell.
        return f"cell {at['cell']} did not end: {error}"
    return None


failure = main(sys.argv[1])
if failure is not None:
    tell(error=failure[:2000])
    sys.exit(1)

"""Jobs in a container (--software-deployment-method apptainer): it brings Python and packages.

The code is that of the checkout: the rules name it as input, and the records have its digests.
"""

from __future__ import annotations

import os

from runrecord.project import project

from trialtrail.errors import StudyError


def use_checkout(image: str) -> None:
    """Let the jobs of this run load the checkout's code, and no copy of it that an image may hold.

    Args:
        image: path of an image, relative to the working folder, or the address of one.

    Raises:
        StudyError: the image is a file, and is not there. Snakemake would start each job all the
            same and let it fail.
    """
    if "://" not in image and not os.path.exists(image):
        raise StudyError(
            "The image that the jobs are to run in is not there",
            where=f"{image}, in the working folder",
            rule="--software-deployment-method apptainer runs each job in that image",
            remedy="build it from container/trialtrail.def, or leave that option out",
        )
    # Comes before what is installed in the image. Apptainer hands the environment on. Snakemake
    # starts the image's `python` without options: the other two stand for `-I`.
    os.environ |= {
        "PYTHONPATH": project().python_path(),
        "PYTHONSAFEPATH": "1",
        "PYTHONNOUSERSITE": "1",
    }

"""The configuration: one YAML file that describes a study."""

from trialtrail.configuration.check import check_configuration
from trialtrail.configuration.study import Study

__all__ = ["Study", "check_configuration"]

"""Core's tables: the audit trail, background jobs, stored files, the editable calendar, saved list filters."""

from smartunion.core.audit.models import AuditEvent
from smartunion.core.calendar.models import CalendarDay
from smartunion.core.files.models import StoredFile
from smartunion.core.jobs.models import Job, JobLine
from smartunion.core.listing.models import SavedFilter

__all__ = ["AuditEvent", "CalendarDay", "Job", "JobLine", "SavedFilter", "StoredFile"]

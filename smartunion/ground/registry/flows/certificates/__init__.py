"""Certificates: issued, followed by another after a change or renewal, cancelled."""

from smartunion.ground.registry.flows.certificates.cancel import cancel
from smartunion.ground.registry.flows.certificates.issue import CertificateKnown, NewCertificate, issue

__all__ = ["CertificateKnown", "NewCertificate", "cancel", "issue"]

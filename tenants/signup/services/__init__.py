"""Sign-up services."""

from tenants.signup.services.codes import check_code, normalize_target, register_sender, request_code
from tenants.signup.services.running import resume_stale, run_sign_up
from tenants.signup.services.starting import PLANS, SignUpRequest, start_sign_up
from tenants.signup.services.steps import Step, StepContext, all_steps, register_step, unregister_step

__all__ = [
    "PLANS",
    "SignUpRequest",
    "Step",
    "StepContext",
    "all_steps",
    "check_code",
    "normalize_target",
    "register_sender",
    "register_step",
    "request_code",
    "resume_stale",
    "run_sign_up",
    "start_sign_up",
    "unregister_step",
]

from django_otp.forms import OTPAuthenticationForm


def make_otp_form(**kwargs):
    """As the server shows it once the password was right, and it knows the user's devices."""
    form = OTPAuthenticationForm(**kwargs)
    form.fields["otp_device"].widget.choices = [
        ("", "---------"),
        ("otp_static.staticdevice/1", "Paper"),
    ]
    return form

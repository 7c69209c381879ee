"""What a form is: frozen dataclasses without behaviour.  Built by `source`, consumed by `compiler`."""

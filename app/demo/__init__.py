"""What a user would bring: ordinary Django forms that know nothing of clientforms."""

"""Start the application: embedded PostgreSQL, migrations, web server and worker under one supervisor."""

from rbc_events.cli import main

main()

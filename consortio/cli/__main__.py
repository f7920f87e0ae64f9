from consortio.cli.main import main

main(prog_name="consortio")

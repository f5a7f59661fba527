"""What every engine has to do, whoever runs it and on whatever database."""

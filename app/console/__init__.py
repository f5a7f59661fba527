"""What people see of Ringback in a browser. It only asks the rooms below, and shows what they say."""

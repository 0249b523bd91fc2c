"""What builders and testers of Kartoteka run: front-end assets, and provisioning of what tests need."""

"""What the product makes of ends, hangs and shortages while orders come: kills, disks, pools, clocks."""

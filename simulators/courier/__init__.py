"""The courier: gives waybill numbers, declares waybills and deliveries, brings the parcels."""

SELECT json_build_object(
  'leads', NOT pg_is_in_recovery(),
  -- what no standby may have lower than its leader
  'floors', (SELECT json_object_agg(name, setting::int) FROM pg_settings WHERE name IN ('max_connections',
    'max_locks_per_transaction', 'max_prepared_transactions', 'max_wal_senders', 'max_worker_processes')),
  'by_hand', (SELECT coalesce(json_agg(name), '[]') FROM pg_file_settings WHERE sourcefile ~ 'postgresql[.]auto[.]conf$'))

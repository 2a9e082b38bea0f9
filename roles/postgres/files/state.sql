SELECT json_build_object(
  'leads', NOT pg_is_in_recovery(),
  -- what no standby may have lower than its leader
  'floors', (SELECT json_object_agg(name, setting::int) FROM pg_settings WHERE name IN ('max_connections',
    'max_locks_per_transaction', 'max_prepared_transactions', 'max_wal_senders', 'max_worker_processes')),
  -- whether a run was killed after it wrote and before the server read
  'unread', (SELECT bool_or((pg_stat_file(path, true)).modification > pg_conf_load_time()) FROM unnest(ARRAY[
    current_setting('hba_file'), regexp_replace(current_setting('config_file'), '[^/]*$', 'conf.d/mainstay.conf')]) path),
  'waits', (SELECT count(*) FROM pg_settings WHERE pending_restart),
  'by_hand', (SELECT coalesce(json_agg(name), '[]') FROM pg_file_settings WHERE sourcefile ~ 'postgresql[.]auto[.]conf$'))

SELECT json_build_object(
  'leads', NOT pg_is_in_recovery(),
  'by_hand', (SELECT coalesce(json_agg(name), '[]') FROM pg_file_settings WHERE sourcefile ~ 'postgresql[.]auto[.]conf$'))

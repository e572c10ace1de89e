<?php
/**
 * Plugin Name: Parley
 * Description: The live voice assistant on every page. Set broker and agent below.
 * Version: 0.1.0
 * Requires at least: 6.3
 * License: MIT
 */

defined( 'ABSPATH' ) || exit;

const PARLEY_BROKER = 'https://YOUR-BROKER';
const PARLEY_AGENT  = 'concierge';

add_action(
	'wp_enqueue_scripts',
	function () {
		// No version: the broker says how long widget.js may be kept.
		wp_enqueue_script( 'parley', PARLEY_BROKER . '/widget.js', array(), null, array( 'strategy' => 'async', 'in_footer' => true ) );
	}
);

add_filter(
	'wp_script_attributes',
	function ( $attributes ) {
		if ( ( $attributes['id'] ?? '' ) === 'parley-js' ) {
			$attributes['data-agent'] = PARLEY_AGENT;
			$attributes['data-lang']  = get_bloginfo( 'language' );
		}
		return $attributes;
	}
);
